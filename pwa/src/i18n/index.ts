import { shallowRef } from "vue";
import { core as zhCore } from "./zh/core";

export type Language = "zh" | "en";
type Facts = Record<string, string | number>;
type Texts = Record<string, Record<string, string>>;

const KEY = "xuncheng.language";

const core: Record<Language, () => Promise<Texts>> = {
  zh: async () => zhCore,
  en: async () => (await import("./en/core")).core,
};
const more: Record<Language, () => Promise<Texts>> = {
  zh: async () => (await import("./zh/more")).more,
  en: async () => (await import("./en/more")).more,
};

export const language = shallowRef<Language>("zh");
const messages = shallowRef<Texts>(zhCore);
let wantsMore = false;

/** Chosen by hand, else Chinese: a district's people read Chinese whatever their phone says. */
export async function startLanguage(): Promise<void> {
  await setLanguage(localStorage.getItem(KEY) === "en" ? "en" : "zh");
}

export async function setLanguage(wanted: Language): Promise<void> {
  messages.value = { ...(await core[wanted]()), ...(wantsMore ? await more[wanted]() : {}) };
  language.value = wanted;
  document.documentElement.lang = wanted === "en" ? "en" : "zh-CN";
  localStorage.setItem(KEY, wanted);
}

/** The texts of the screens beyond the first ones; a route that needs them waits for them. */
export async function loadMoreTexts(): Promise<void> {
  if (wantsMore) return;
  const spoken = language.value;
  const texts = await more[spoken]();
  wantsMore = true;
  if (spoken === language.value) messages.value = { ...messages.value, ...texts };
  else await setLanguage(language.value);
}

function find(key: string): string | undefined {
  const dot = key.indexOf(".");
  const area = messages.value[key.slice(0, dot)];
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
