const FIRST_MS = 2_000;
const LONGEST_MS = 300_000;

/** Full jitter from 2 s up to 5 min, and never an end: `attempts` counts failures in a row, from 1. */
export function backoff(attempts: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 10));
  return Math.max(500, Math.round(ceiling * random));
}

/** Time for one attempt: 20 s and what the bytes need at 4 kB/s. */
export const attemptTimeout = (bytes: number): number => 20_000 + Math.ceil((bytes / 4096) * 1000);
