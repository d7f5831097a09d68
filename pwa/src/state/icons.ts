import type { Catalogue } from "../api/types";

let started = false;

/**
 * All drawings of the catalogue are brought to this phone for offline. The service worker does it: a hundred small
 * fetches in the page would be in the way of the first taps.
 */
export function keepIcons(catalogue: Catalogue): void {
  const workers = navigator.serviceWorker;
  if (started || !workers) return;
  started = true;
  const names = new Set(
    catalogue.classes.flatMap((row) => [row.icon, ...row.conditions.map((condition) => condition.icon)]),
  );
  const addresses = [...names].filter(Boolean).map((name) => `/icons/${name}.svg`);
  void workers.ready.then(({ active }) => active?.postMessage({ keepIcons: addresses }));
}
