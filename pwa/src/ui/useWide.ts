import { onScopeDispose, type Ref, ref } from "vue";

/** Whether the window holds three panes side by side. */
export function useWide(query = "(min-width: 1100px)"): Ref<boolean> {
  const media = window.matchMedia(query);
  const wide = ref(media.matches);
  const follow = () => {
    wide.value = media.matches;
  };
  media.addEventListener("change", follow);
  onScopeDispose(() => media.removeEventListener("change", follow));
  return wide;
}
