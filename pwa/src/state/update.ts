import { ref, shallowRef } from "vue";
import { isSending, storage } from "../outbox";

/** A new version waits; it is only used when the person says so, so no report in progress is lost to a reload. */
export const updateReady = ref(false);
/** It waits, and nothing is open or on its way: the person may be asked. */
export const updateOffered = ref(false);

const LOOK_MS = 15_000;
/** A report that was touched this short a time ago is being made. */
const FRESH_MS = 600_000;

const waiting = shallowRef<ServiceWorker | null>(null);
let wanted = false;

/** Whether a reload now would take nothing away from anybody: no sheet, no report begun just now, no photo on its way. */
export async function isSafe(now: number = Date.now()): Promise<boolean> {
  if (isSending() || document.querySelector("dialog[open]")) return false;
  const db = await storage();
  const fresh = await db.drafts
    .where("updated_at")
    .above(now - FRESH_MS)
    .primaryKeys();
  const photos = await db.photos.where("item_id").anyOf(fresh).count();
  return photos === 0;
}

async function look(): Promise<void> {
  updateOffered.value = updateReady.value && (await isSafe().catch(() => true));
}

function offer(worker: ServiceWorker | null): void {
  waiting.value = worker;
  updateReady.value = true;
  void look();
}

/** A part of this version is gone from the server (it keeps them for 30 days): only a reload helps. */
function watchForLostParts(): void {
  window.addEventListener("vite:preloadError", () => {
    if (navigator.onLine) offer(waiting.value);
  });
}

export async function watchForUpdates(): Promise<void> {
  if (!import.meta.env.PROD) return;
  watchForLostParts();
  setInterval(() => void look(), LOOK_MS);
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (wanted) window.location.reload();
  });
  const registration = await navigator.serviceWorker.register("/sw.js");
  const seen = () => {
    const fresh = registration.installing;
    fresh?.addEventListener("statechange", () => {
      if (fresh.state === "installed" && navigator.serviceWorker.controller) offer(fresh);
    });
  };
  registration.addEventListener("updatefound", seen);
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
}

/** Uses the new version; when something was begun since it was offered, it is offered again later. */
export async function applyUpdate(): Promise<void> {
  if (!(await isSafe().catch(() => true))) {
    updateOffered.value = false;
    return;
  }
  wanted = true;
  if (waiting.value) waiting.value.postMessage("use-new-version");
  else window.location.reload();
}
