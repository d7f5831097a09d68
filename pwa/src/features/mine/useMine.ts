import { computed, type Ref, ref } from "vue";
import { get } from "../../api/client";
import type { Mine, Page } from "../../api/types";
import { useRemote } from "../../api/useRemote";
import { deviceToken } from "../../outbox";
import { type Unsent, useItems } from "../../state/outbox";
import { session } from "../../state/session";

const NOTHING: Page<Mine> = { items: [], next: null, now: "" };

/** What this phone holds and what the server has of mine; an item is shown once, by the server when it knows it. */
export function useMine() {
  const owner = () => session.person?.id ?? "device";
  const first = useRemote<Page<Mine>>(
    () => `private:mine:${owner()}`,
    async () => {
      // A phone that never sent anything has nothing there, and no token to ask with.
      if (!(await deviceToken()) && !session.person) return { ...NOTHING };
      return get<Page<Mine>>("/mine");
    },
  );
  const older = ref<Mine[]>([]);
  const cursor = ref<string | null | undefined>();
  const items = useItems();

  const server = computed(() => [...(first.data.value?.items ?? []), ...older.value]);
  const here: Ref<Unsent[]> = computed(() => {
    const known = new Set(
      server.value.filter((row) => row.report_state !== "receiving").map((row) => row.report_id),
    );
    return items.value.filter(
      ({ item }) =>
        item.kind === "report" &&
        (item.owner === null || item.owner === session.person?.id) &&
        !(item.state === "delivered" && known.has(item.id)),
    );
  });
  const received = computed(() => {
    const local = new Set(here.value.map(({ item }) => item.id));
    return server.value.filter((row) => !local.has(row.report_id));
  });
  const next = computed(() => (cursor.value === undefined ? (first.data.value?.next ?? null) : cursor.value));

  async function more(): Promise<void> {
    if (!next.value) return;
    const page = await get<Page<Mine>>("/mine", { cursor: next.value });
    older.value = [...older.value, ...page.items];
    cursor.value = page.next;
  }

  return { first, here, received, next, more };
}
