/// <reference lib="webworker" />
import type { RouteHandlerCallback } from "workbox-core/types.js";

const ICONS = "icons-1";
const PHOTOS = "photos-1";
const PHOTOS_KEPT = 300;

/** The district's drawings: what is kept is shown at once and refreshed behind it. */
export const icons: RouteHandlerCallback = async ({ request, event }) => {
  const cache = await caches.open(ICONS);
  const kept = await cache.match(request);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok) await cache.put(request, response.clone());
    return response;
  });
  if (!kept) return fresh;
  (event as ExtendableEvent).waitUntil(fresh.catch(() => undefined));
  return kept;
};

/** Photos have signed addresses which expire, but the same path is the same picture: kept without the query. */
export const photos: RouteHandlerCallback = async ({ request, url }) => {
  const cache = await caches.open(PHOTOS);
  const kept = await cache.match(url.pathname);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(url.pathname, response.clone());
    await trim(cache);
  }
  return response;
};

async function trim(cache: Cache): Promise<void> {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - PHOTOS_KEPT)).map((key) => cache.delete(key)));
}

/** What a person could see is forgotten when the person signs out. */
export const forgetPhotos = () => caches.delete(PHOTOS);
