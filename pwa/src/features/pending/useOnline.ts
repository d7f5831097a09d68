import { onScopeDispose, type Ref, ref } from "vue";

/** Whether the browser sees a network at all; that the server answers is another question. */
export function useOnline(): Ref<boolean> {
  const online = ref(navigator.onLine);
  const look = () => {
    online.value = navigator.onLine;
  };
  window.addEventListener("online", look);
  window.addEventListener("offline", look);
  onScopeDispose(() => {
    window.removeEventListener("online", look);
    window.removeEventListener("offline", look);
  });
  return online;
}
