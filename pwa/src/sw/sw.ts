/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { drainOnce } from "../outbox/worker";
import { forgetPhotos, icons, keepIcons, parts, photos } from "./pictures";

declare const self: ServiceWorkerGlobalScope;

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);

// Every page of ours is the same document; what the server serves under its own paths stays the server's.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), {
    denylist: [/^\/(api|m|icons|health|schema|open311)\//],
  }),
);
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/icons/"), icons);
// A voice note is asked for in ranges, and what somebody said is not left lying on a shared phone.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/m/") && !url.pathname.endsWith("-voice"),
  photos,
);
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"), parts);

// The page of the very first visit is served from now on too; a new version only takes over when it is told to.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page drains by itself; where the browser has Background Sync, unsent work also goes when no page is open.
self.addEventListener("sync", (event) => {
  const { tag, waitUntil } = event as unknown as { tag: string; waitUntil: (work: Promise<void>) => void };
  if (tag === "drain") waitUntil.call(event, drainOnce());
});

self.addEventListener("message", (event) => {
  if (event.data === "use-new-version") void self.skipWaiting();
  if (event.data === "forget-photos") event.waitUntil(forgetPhotos());
  if (Array.isArray(event.data?.keepIcons)) event.waitUntil(keepIcons(event.data.keepIcons));
});
