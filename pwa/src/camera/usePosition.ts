import { onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import type { Fix } from "../outbox";
import { bestFix } from "./bestFix";
import { useAwake } from "./useAwake";

export type PositionState = "waiting" | "fixed" | "denied" | "unavailable" | "insecure";

export interface Position {
  state: Ref<PositionState>;
  /** the latest fix of the device, raw */
  latest: Ref<GeolocationPosition | null>;
  /** the best fix for `shutter` (ms since epoch), by accuracy and age; null when the phone knows none of 10 minutes */
  fixAt: (shutter: number) => Fix | null;
}

const KEPT = 40;
const AGAIN_MS = 20_000;

/**
 * Watches the phone's position while the page is open and in use: off when it is hidden and after a minute without a
 * touch, on again with the next. Never blocks anything: no fix is an answer too.
 */
export function usePosition(awake: Ref<boolean> = useAwake()): Position {
  const state = ref<PositionState>("waiting");
  const latest = shallowRef<GeolocationPosition | null>(null);
  const positions: GeolocationPosition[] = [];
  let watching: number | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  function came(position: GeolocationPosition): void {
    positions.push(position);
    if (positions.length > KEPT) positions.shift();
    latest.value = position;
    state.value = "fixed";
  }

  function failed(error: GeolocationPositionError): void {
    if (error.code === error.PERMISSION_DENIED) state.value = "denied";
    else if (!latest.value) state.value = "unavailable";
  }

  function start(): void {
    stop();
    const options = { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 };
    watching = navigator.geolocation.watchPosition(came, failed, options);
    // A phone that lies still may say nothing more: it is asked again, so that the fix is one of now.
    timer = setInterval(() => {
      if (latest.value && Date.now() - latest.value.timestamp > AGAIN_MS) start();
    }, AGAIN_MS);
  }

  function stop(): void {
    clearInterval(timer);
    if (watching !== null) navigator.geolocation.clearWatch(watching);
    watching = null;
  }

  if (!window.isSecureContext) state.value = "insecure";
  else if (!navigator.geolocation) state.value = "unavailable";
  else {
    watch(awake, (on) => (on ? start() : stop()), { immediate: true });
    onScopeDispose(stop);
  }

  return { state, latest, fixAt: (shutter) => bestFix(positions, shutter) };
}
