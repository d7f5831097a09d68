import { onScopeDispose, type Ref, ref } from "vue";

/** The present in ms, moving every half minute while the page is seen. */
export function useNow(): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") now.value = Date.now();
  }, 30_000);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
