import { type Fix, instant } from "../outbox";

const OLDEST_MS = 600_000;
const WALKING_M_PER_S = 1.4;
const UNKNOWN_M = 100;
export const STALE_S = 30;
export const BAD_M = 50;

/** How far off the fix may be at `shutter` (ms since epoch), metres: its own accuracy and a walk since then. */
function doubt(position: GeolocationPosition, shutter: number): number {
  const { accuracy } = position.coords;
  const age = Math.abs(shutter - position.timestamp) / 1000;
  return (Number.isFinite(accuracy) ? accuracy : UNKNOWN_M) + age * WALKING_M_PER_S;
}

/**
 * Of all that the phone said, the fix which fits the shutter best, with its age and accuracy; null when there is none
 * within ten minutes: browsers hand out fixes that are hours old, so the time is checked here.
 */
export function bestFix(positions: readonly GeolocationPosition[], shutter: number): Fix | null {
  let best: GeolocationPosition | null = null;
  for (const position of positions) {
    if (Math.abs(shutter - position.timestamp) > OLDEST_MS) continue;
    if (!best || doubt(position, shutter) <= doubt(best, shutter)) best = position;
  }
  if (!best) return null;
  const { longitude, latitude, accuracy } = best.coords;
  return {
    lon: longitude,
    lat: latitude,
    accuracy_m: Number.isFinite(accuracy) ? Math.round(accuracy * 10) / 10 : null,
    fix_at: instant(best.timestamp),
    source: "gps",
    age_s: Math.round((shutter - best.timestamp) / 100) / 10,
  };
}

/** Why a fix is no good place: older than 30 s, or worse than 50 m. Null: it will do. */
export function poorness(fix: Pick<Fix, "accuracy_m" | "age_s">): "bad" | "stale" | null {
  if ((fix.accuracy_m ?? 0) > BAD_M) return "bad";
  return Math.abs(fix.age_s ?? 0) > STALE_S ? "stale" : null;
}
