import { onScopeDispose, type Ref, ref, shallowRef } from "vue";
import { type Fix, instant } from "../outbox";

export type PositionState = "waiting" | "fixed" | "denied" | "unavailable" | "insecure";

export interface Position {
  state: Ref<PositionState>;
  /** the latest fix of the device, raw */
  latest: Ref<GeolocationPosition | null>;
  /** the latest fix as it was at `shutter` (ms since epoch); null when the phone knows none of the last 10 minutes */
  fixAt: (shutter: number) => Fix | null;
}

const OLDEST_MS = 600_000;

/** Watches the phone's position while the page is open. Never blocks anything: no fix is an answer too. */
export function usePosition(): Position {
  const state = ref<PositionState>("waiting");
  const latest = shallowRef<GeolocationPosition | null>(null);
  let watching: number | null = null;

  if (!window.isSecureContext) state.value = "insecure";
  else if (!navigator.geolocation) state.value = "unavailable";
  else {
    watching = navigator.geolocation.watchPosition(
      (position) => {
        latest.value = position;
        state.value = "fixed";
      },
      (error) => {
        if (error.code === error.PERMISSION_DENIED) state.value = "denied";
        else if (!latest.value) state.value = "unavailable";
      },
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 },
    );
  }
  onScopeDispose(() => {
    if (watching !== null) navigator.geolocation.clearWatch(watching);
  });

  function fixAt(shutter: number): Fix | null {
    const position = latest.value;
    // Browsers hand out fixes hours old: the time is checked here, and travels with the fix.
    if (!position || shutter - position.timestamp > OLDEST_MS) return null;
    const { longitude, latitude, accuracy } = position.coords;
    return {
      lon: longitude,
      lat: latitude,
      accuracy_m: Math.round(accuracy * 10) / 10,
      fix_at: instant(position.timestamp),
      source: "gps",
      age_s: Math.round((shutter - position.timestamp) / 100) / 10,
    };
  }

  return { state, latest, fixAt };
}
