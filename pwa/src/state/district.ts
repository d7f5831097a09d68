import { type Ref, shallowRef } from "vue";
import { keep, recall } from "../api/cache";
import { get } from "../api/client";
import type { CaseClass, Catalogue, Config, Places } from "../api/types";
import { language } from "../i18n";

/** The district's public data: read once per start, shown from this phone when there is no network. */
export const config = shallowRef<Config | null>(null);
export const catalogue = shallowRef<Catalogue | null>(null);
export const places = shallowRef<Places | null>(null);

const loading = new Map<string, Promise<void>>();

function loadOnce<T>(key: string, path: string, target: Ref<T | null>): Promise<void> {
  const known = loading.get(key);
  if (known) return known;
  const run = (async () => {
    const kept = await recall<T>(key);
    if (kept && target.value === null) target.value = kept.value;
    const fresh = get<T>(path).then((value) => {
      target.value = value;
      return keep(key, value);
    });
    // With a kept copy nobody waits for the network; without one the caller hears of the failure.
    if (target.value === null) await fresh;
    else fresh.catch(() => loading.delete(key));
  })();
  loading.set(key, run);
  run.catch(() => loading.delete(key));
  return run;
}

export const loadConfig = () => loadOnce("config", "/config", config);
export const loadCatalogue = () => loadOnce("catalogue", "/catalogue", catalogue);
export const loadPlaces = () => loadOnce("places", "/places", places);

export function classByCode(code: string | null): CaseClass | null {
  return catalogue.value?.classes.find((row) => row.code === code) ?? null;
}

/** A class, a condition or anything with two names, in the language of the page. */
export function nameOf(thing: { name: string; name_en?: string }): string {
  return language.value === "en" && thing.name_en ? thing.name_en : thing.name;
}
