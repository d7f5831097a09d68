import { onScopeDispose, type Ref, ref } from "vue";

export const REST_MS = 60_000;

/**
 * True while somebody uses this page: it is seen and was touched within the last minute. Camera and position stop
 * when it is false, and go on with the next touch.
 */
export function useAwake(restMs: number = REST_MS): Ref<boolean> {
  const awake = ref(document.visibilityState !== "hidden");
  let timer: ReturnType<typeof setTimeout> | undefined;

  function touch(): void {
    if (document.visibilityState === "hidden") return;
    awake.value = true;
    clearTimeout(timer);
    timer = setTimeout(rest, restMs);
  }
  function rest(): void {
    clearTimeout(timer);
    awake.value = false;
  }
  const seen = () => (document.visibilityState === "hidden" ? rest() : touch());

  // Capturing, so that a touch counts whatever is done with it below.
  window.addEventListener("pointerdown", touch, { capture: true, passive: true });
  window.addEventListener("keydown", touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", seen);
  touch();
  onScopeDispose(() => {
    clearTimeout(timer);
    window.removeEventListener("pointerdown", touch, { capture: true });
    window.removeEventListener("keydown", touch, { capture: true });
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("pagehide", rest);
    window.removeEventListener("pageshow", seen);
  });
  return awake;
}
