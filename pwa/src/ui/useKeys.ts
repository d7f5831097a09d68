import { onScopeDispose, type Ref, ref } from "vue";

const KEPT = "xuncheng.keys";

/** Single letters can be turned off: speech input and unsteady hands press them by accident. */
export const keysOn: Ref<boolean> = ref(localStorage.getItem(KEPT) !== "off");

export function setKeys(on: boolean): void {
  keysOn.value = on;
  localStorage.setItem(KEPT, on ? "on" : "off");
}

const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

/** "j" for a letter, "ctrl+enter" for the one that also works while typing; null when the press is not ours. */
export function pressOf(event: KeyboardEvent): string | null {
  if (event.isComposing || event.repeat || event.altKey) return null;
  const control = event.ctrlKey || event.metaKey;
  if (control) return event.key === "Enter" ? "ctrl+enter" : null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TYPING)) return event.key === "Escape" ? "escape" : null;
  return event.key.toLowerCase();
}

/** Runs `actions[press]` wherever the focus is, except inside an open dialog. */
export function useKeys(actions: Record<string, () => void>): void {
  const pressed = (event: KeyboardEvent) => {
    const press = pressOf(event);
    const action = press === null ? undefined : actions[press];
    if (!action || document.querySelector("dialog[open]")) return;
    if (!keysOn.value && press?.length === 1) return;
    event.preventDefault();
    action();
  };
  window.addEventListener("keydown", pressed);
  onScopeDispose(() => window.removeEventListener("keydown", pressed));
}
