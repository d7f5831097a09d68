import { ref } from "vue";

/** A new version waits; it is only used when the person says so, so no report in progress is lost to a reload. */
export const updateReady = ref(false);

let waiting: ServiceWorker | null = null;
let wanted = false;

function offer(worker: ServiceWorker | null): void {
  waiting = worker;
  updateReady.value = worker !== null;
}

export async function watchForUpdates(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
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

export function applyUpdate(): void {
  wanted = true;
  waiting?.postMessage("use-new-version");
}
