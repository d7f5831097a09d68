import { shallowRef } from "vue";
import { type Messages, zh } from "./zh";

export type Language = "zh" | "en";
type Facts = Record<string, string | number>;

const KEY = "xuncheng.language";

export const language = shallowRef<Language>("zh");
const messages = shallowRef<Messages>(zh);

/** Chosen by hand, else Chinese: a district's people read Chinese whatever their phone says. */
export async function startLanguage(): Promise<void> {
  await setLanguage(localStorage.getItem(KEY) === "en" ? "en" : "zh");
}

export async function setLanguage(wanted: Language): Promise<void> {
  messages.value = wanted === "en" ? (await import("./en")).en : zh;
  language.value = wanted;
  document.documentElement.lang = wanted === "en" ? "en" : "zh-CN";
  localStorage.setItem(KEY, wanted);
}

function find(key: string): string | undefined {
  const dot = key.indexOf(".");
  const area = (messages.value as Record<string, Record<string, string>>)[key.slice(0, dot)];
  return area?.[key.slice(dot + 1)];
}

export const has = (key: string): boolean => find(key) !== undefined;

/**
 * The text `area.name` in the page's language. `{name}` is replaced by a fact; `{n:photo|photos}` chooses the
 * singular for exactly 1.
 */
export function t(key: string, facts: Facts = {}): string {
  const text = find(key);
  if (text === undefined) {
    if (import.meta.env.DEV) console.error(`no text for ${key}`);
    return key;
  }
  return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = facts[name];
    if (one !== undefined && many !== undefined) return value === 1 ? one : many;
    return value === undefined ? "" : String(value);
  });
}
