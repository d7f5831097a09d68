import { onMounted, type Ref, shallowRef, watch } from "vue";
import { keep, recall } from "../../api/cache";
import { get } from "../../api/client";
import type { Point } from "../../api/types";
import { metresBetween } from "../../geo";
import { deviceToken } from "../../outbox";
import { session } from "../../state/session";
import { NO_SUGGESTIONS, type Suggestions } from "./suggestions";

const KEY = "private:suggestions";
const FRESH_MS = 600_000;
const NEAR_M = 300;

let asked: { at: number; point: Point; who: string | null } | null = null;

/**
 * What this person, this cell and this hour see most: at once from this phone, renewed in the background when the
 * answer is ten minutes old or 300 m away. Nobody waits for it.
 */
export function useSuggestions(point: () => Point | null): Ref<Suggestions> {
  const said = shallowRef<Suggestions>(NO_SUGGESTIONS);

  async function renew(): Promise<void> {
    const [at, here, who] = [Date.now(), point(), session.person?.id ?? null];
    // What is seen here is only known of a place; until there is one, the kept answer stands.
    if (!here) return;
    const near = asked && metresBetween(here, asked.point) < NEAR_M;
    if (asked && asked.who === who && at - asked.at < FRESH_MS && near) return;
    // A phone that never sent anything has no token to ask with, and nothing of its own to hear.
    if (navigator.onLine === false || (!who && !(await deviceToken()))) return;
    asked = { at, point: here, who };
    try {
      const query = { lon: here.lon.toFixed(4), lat: here.lat.toFixed(4) };
      said.value = await get<Suggestions>("/suggestions", query);
      await keep(KEY, said.value, at);
    } catch {
      // The catalogue's own order is an answer too.
    }
  }

  onMounted(async () => {
    const kept = await recall<Suggestions>(KEY);
    if (kept && said.value === NO_SUGGESTIONS) said.value = kept.value;
  });
  watch(point, () => void renew(), { immediate: true });
  return said;
}
