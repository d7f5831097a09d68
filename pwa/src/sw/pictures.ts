/// <reference lib="webworker" />
import type { RouteHandlerCallback } from "workbox-core/types.js";

const ICONS = "icons-1";
const PHOTOS = "photos-1";
const PHOTOS_KEPT = 300;
const PARTS = "parts-1";
const PARTS_KEPT = 20;

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

const AT_ONCE = 4;

/** Fetches those of these drawings that are not kept yet; without network the next page asks again. */
export async function keepIcons(addresses: string[]): Promise<void> {
  const cache = await caches.open(ICONS);
  const waiting = [...addresses];
  const next = async (): Promise<void> => {
    for (let address = waiting.pop(); address; address = waiting.pop()) {
      if (!(await cache.match(address))) await cache.add(address);
    }
  };
  await Promise.allSettled(Array.from({ length: AT_ONCE }, next));
}

/** Photos have signed addresses which expire, but the same path is the same picture: kept without the query. */
export const photos: RouteHandlerCallback = async ({ request, url }) => {
  const cache = await caches.open(PHOTOS);
  const kept = await cache.match(url.pathname);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(url.pathname, response.clone());
    await trim(cache, PHOTOS_KEPT);
  }
  return response;
};

/** Parts of the app that are too large to be fetched ahead (the map): under a hashed name, kept once they were used. */
export const parts: RouteHandlerCallback = async ({ request }) => {
  const cache = await caches.open(PARTS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(request, response.clone());
    await trim(cache, PARTS_KEPT);
  }
  return response;
};

async function trim(cache: Cache, most: number): Promise<void> {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

/** What a person could see is forgotten when the person signs out. */
export const forgetPhotos = () => caches.delete(PHOTOS);
