import type { Catalogue } from "../api/types";

const AT_ONCE = 4;

let started = false;

/** All drawings of the catalogue, fetched while nothing else is to do: the service worker keeps them for offline. */
export function keepIcons(catalogue: Catalogue): void {
  const workers = navigator.serviceWorker;
  if (started || !workers) return;
  if (!workers.controller) {
    // The first visit: the service worker is still being installed.
    workers.addEventListener("controllerchange", () => keepIcons(catalogue), { once: true });
    return;
  }
  started = true;
  const names = new Set(
    catalogue.classes.flatMap((row) => [row.icon, ...row.conditions.map((condition) => condition.icon)]),
  );
  const waiting = [...names].filter(Boolean);
  const next = async (): Promise<void> => {
    for (let name = waiting.pop(); name && navigator.onLine; name = waiting.pop()) {
      const address = `/icons/${name}.svg`;
      if (await caches.match(address)) continue;
      await fetch(address, { priority: "low" }).catch(() => undefined);
    }
  };
  const start = () => {
    for (let n = 0; n < AT_ONCE; n++) void next();
  };
  // A page that nothing moves on may never be called idle: two seconds are idle enough.
  if (window.requestIdleCallback) window.requestIdleCallback(start, { timeout: 2000 });
  else setTimeout(start, 2000);
}
