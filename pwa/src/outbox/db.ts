import Dexie, { type Table } from "dexie";

export { liveQuery } from "dexie";

import { tell } from "./health";
import { lasting } from "./lasting";
import type { Draft, Item, Photo, PhotoBytes, Thumb } from "./types";
import { DATABASE } from "./world";

export interface Meta {
  key: string;
  value: unknown;
}

/**
 * The one place on the phone where unsent work lives. Versions are additive: a table is never dropped here, so a tab
 * of yesterday's version reads on after the change. Pixels are kept apart from rows, so that listing never loads them.
 */
export class OutboxDb extends Dexie {
  drafts!: Table<Draft, string>;
  items!: Table<Item, string>;
  photos!: Table<Photo, string>;
  bytes!: Table<PhotoBytes, string>;
  thumbs!: Table<Thumb, string>;
  meta!: Table<Meta, string>;

  constructor(name = DATABASE) {
    // "strict" waits for the disk: what we call saved has to survive a battery that falls out.
    super(name, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      drafts: "id, kind, updated_at",
      items: "id, state, subject, created_at",
      photos: "id, item_id",
      bytes: "photo_id",
      thumbs: "photo_id",
      meta: "key",
    });
    // What was delivered is found in the order in which it may be forgotten.
    this.version(2).stores({ items: "id, state, subject, created_at, delivered_at" });
    // A tab that is asked to make room for a newer version closes and opens again by itself (Dexie's own handler);
    // one that does not, because its page is frozen, is named to the person.
    this.on("blocked", () => tell("blocked"));
    lasting(this);
  }
}

export const db = new OutboxDb();

export async function getMeta<T>(key: string, store: OutboxDb = db): Promise<T | null> {
  return ((await store.meta.get(key))?.value as T | undefined) ?? null;
}

export async function setMeta(key: string, value: unknown, store: OutboxDb = db): Promise<void> {
  await store.meta.put({ key, value });
}
