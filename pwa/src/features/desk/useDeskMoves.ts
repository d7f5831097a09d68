import { computed, type Ref, shallowRef, watch } from "vue";
import type { CaseCard, MoveAction } from "../../api/types";
import { giveUp, type Item, sendMove, storage } from "../../outbox";
import { useLive } from "../../state/outbox";
import { session } from "../../state/session";

export interface MoveWords {
  note?: string;
  reason?: string;
  data?: Record<string, unknown>;
}

export interface DeskMoves {
  /** moves of this computer that the server has not taken in, by case */
  open: Ref<ReadonlyMap<string, Item>>;
  /** the last move which the server has confirmed */
  done: Ref<Item | null>;
  send: (card: Pick<CaseCard, "id" | "rev">, action: MoveAction, words: MoveWords) => Promise<void>;
  drop: (item: Item) => Promise<void>;
}

/** A parked move waits for a person: the server named a rule, or the case had moved on. */
export const isParked = (item: Item): boolean =>
  item.state === "needs_attention" || item.state === "conflicting";

/**
 * The desk sends through the same outbox as the phones: one frozen move under one id however often it is tried, and
 * nothing counts as done before its receipt was verified.
 */
export function useDeskMoves(): DeskMoves {
  const items = useLive<Item[]>(
    (db) =>
      db.items
        .where("state")
        .notEqual("delivered")
        .filter((item) => item.kind === "move" && item.owner === (session.person?.id ?? null))
        .toArray(),
    [],
  );
  const open = computed(() => {
    const newest = [...items.value].sort((a, b) => a.created_at - b.created_at);
    return new Map(newest.map((item) => [item.subject ?? "", item]));
  });
  const done = shallowRef<Item | null>(null);

  watch(items, async (now, before) => {
    for (const was of before) {
      if (now.some((item) => item.id === was.id)) continue;
      const item = await (await storage()).items.get(was.id);
      if (item?.state === "delivered") done.value = item;
    }
  });

  async function send(
    card: Pick<CaseCard, "id" | "rev">,
    action: MoveAction,
    words: MoveWords,
  ): Promise<void> {
    const parked = open.value.get(card.id);
    // The person decides anew: what the server did not take is replaced, never sent twice.
    if (parked && isParked(parked)) await giveUp(parked.id);
    await sendMove({
      caseId: card.id,
      action,
      baseRev: card.rev,
      owner: session.person?.id ?? null,
      note: words.note ?? "",
      reason: words.reason ?? "",
      data: words.data ?? {},
    });
  }

  return { open, done, send, drop: (item) => giveUp(item.id) };
}
