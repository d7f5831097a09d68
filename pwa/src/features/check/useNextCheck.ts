import { computed, onMounted, type Ref, shallowRef } from "vue";
import { recall } from "../../api/cache";
import { useItems } from "../../state/outbox";
import type { Cards } from "../queue/cards";
import { listKey } from "../queue/useCards";

/** The case to check after this one, from the list on this phone; null: none is known. */
export function useNextCheck(id: string): Ref<string | null> {
  const list = shallowRef<{ ids: string[]; at: number }>({ ids: [], at: 0 });
  const items = useItems();
  onMounted(async () => {
    const kept = await recall<Cards>(listKey("checks"));
    if (kept) list.value = { ids: kept.value.items.map((card) => card.id), at: kept.at };
  });
  return computed(() => {
    const { ids, at } = list.value;
    const judged = new Set(
      items.value
        .filter(({ item }) => /^(check|verify)_/.test(item.action ?? "") && item.created_at > at)
        .map(({ item }) => item.subject),
    );
    const after = ids.indexOf(id) + 1;
    const inTurn = [...ids.slice(after), ...ids.slice(0, after)];
    return inTurn.find((other) => other !== id && !judged.has(other)) ?? null;
  });
}
