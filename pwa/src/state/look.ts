import { ref, watch } from "vue";

export type Theme = "auto" | "light" | "dark";

const THEME = "xuncheng.theme";
const LARGE = "xuncheng.large_text";

const kept = localStorage.getItem(THEME);

export const theme = ref<Theme>(kept === "light" || kept === "dark" ? kept : "auto");
export const largeText = ref(localStorage.getItem(LARGE) === "1");

/** Colours by system or by hand, text as large as the reader wants it. */
export function watchLook(): void {
  const root = document.documentElement;
  watch(
    [theme, largeText],
    () => {
      localStorage.setItem(THEME, theme.value);
      localStorage.setItem(LARGE, largeText.value ? "1" : "0");
      if (theme.value === "auto") delete root.dataset.theme;
      else root.dataset.theme = theme.value;
      if (largeText.value) root.dataset.text = "large";
      else delete root.dataset.text;
    },
    { immediate: true },
  );
}
