import { computed, type Ref, watch } from "vue";
import { clockOffset } from "../../api/clock";
import { ApiError } from "../../api/errors";
import { type Remote, useRemote } from "../../api/useRemote";
import { type Unsent, useItems } from "../../state/outbox";
import { sessionEnded } from "../../state/session";
import { useNow } from "../../ui/useNow";
import { type Cards, readCards } from "./cards";

export type List = "queue" | "checks";

export const listKey = (list: List) => `private:${list}`;

export interface CardList extends Remote<Cards> {
  /** the present by the server's clock, ms: a phone whose clock is wrong still says the right time left */
  now: Ref<number>;
}

/** The caller's work, kept on this phone to be read without network. */
export function useCards(list: List): CardList {
  const remote = useRemote<Cards>(listKey(list), (signal) => readCards(`/${list}`, signal));
  watch(remote.error, (error) => {
    if (error instanceof ApiError && error.status === 401) sessionEnded();
  });
  rereadAfterMoves(remote.reload);
  return { ...remote, now: useServerNow() };
}

/** What this phone has delivered changes its lists: they are read again. */
function rereadAfterMoves(reload: () => Promise<void>): void {
  const items = useItems();
  const openedAt = Date.now();
  const arrived = computed(
    () =>
      items.value.filter(({ item }) => item.kind === "move" && (item.delivered_at ?? 0) > openedAt).length,
  );
  watch(arrived, () => void reload());
}

export function useServerNow(): Ref<number> {
  const now = useNow();
  return computed(() => now.value + clockOffset());
}

/** What this phone has not delivered yet, by the case it is about. */
export function useUnsentByCase(): Ref<Map<string, Unsent>> {
  const items = useItems();
  return computed(() => {
    const open = items.value.filter(({ item }) => item.kind === "move" && item.state !== "delivered");
    // Newest first: the last word about a case is the one to show.
    return new Map(open.reverse().map((unsent) => [unsent.item.subject ?? "", unsent]));
  });
}
