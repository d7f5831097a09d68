import { shallowRef } from "vue";
import { follow, noteKept } from "../outbox";
import type { OutboxDb } from "../outbox/db";
import { lossLooked } from "./storage";

/** From this many on, whoever holds the phone is reminded: so much work should not lie on one phone. */
export const MANY = 10;

/** How many items are on this phone and not yet delivered; read from disk, so the same in every tab. */
export const unsent = shallowRef(0);
/** How many of them wait for somebody to sign in. */
export const waitingForSignIn = shallowRef(0);
/** When the oldest of them was made, ms since epoch; null: none. */
export const oldestUnsent = shallowRef<number | null>(null);

interface Counts {
  items: number;
  waiting: number;
  oldest: number | null;
  /** drafts that hold photos: also work that is only here */
  drafts: number;
}

async function count(db: OutboxDb): Promise<Counts> {
  const ids = await db.items.where("state").notEqual("delivered").primaryKeys();
  // Ids begin with the time they were made at.
  const first = ids.sort()[0];
  const oldest = first ? Number.parseInt(first.replace("-", "").slice(0, 12), 16) : null;
  let drafts = 0;
  for (const id of await db.drafts.toCollection().primaryKeys()) {
    if ((await db.photos.where("item_id").equals(id).count()) > 0) drafts++;
  }
  const waiting = await db.items.where("state").equals("needs_sign_in").count();
  return { items: ids.length, waiting, oldest, drafts };
}

export function watchUnsent(): void {
  follow(
    count,
    ({ items, waiting, oldest, drafts }) => {
      unsent.value = items;
      waitingForSignIn.value = waiting;
      oldestUnsent.value = oldest;
      // Only after the storage was compared with what was noted before.
      void lossLooked.then(() => noteKept(items + drafts)).catch(() => undefined);
    },
    // The last count stays: work does not vanish because the storage does not answer.
    (failure) => console.warn("storage", failure),
  );
}
