import type { Item, Photo } from "./types";
import type { World } from "./world";

export const DAY_MS = 86_400_000;

/** A citizen's photos stay a week on the phone, those of staff a day: their phones see many more. */
export const keptMs = (item: Item): number => (item.owner === null ? 7 * DAY_MS : DAY_MS);

/** When the phone may forget a delivered item, in ms since epoch; null: never by itself, a photo of it was refused. */
export function keptUntil(item: Item, photos: Photo[]): number | null {
  const left = photos.some((photo) => photo.state !== "stored");
  if (item.delivered_at === null || (left && !item.let_go)) return null;
  return item.delivered_at + keptMs(item);
}

/** A check of the receipt after the delivery said that the server still has all of it: the phone may forget. */
export const isVerified = (item: Item): boolean =>
  item.state === "delivered" &&
  item.receipt?.state !== "receiving" &&
  item.delivered_at !== null &&
  (item.checked_at ?? 0) > item.delivered_at;

/**
 * Makes room: bytes of photos that are verified at the server, oldest delivery first, until `wanted` bytes are free.
 * Nothing else is ever taken. Returns the bytes freed.
 */
export async function makeRoom({ db }: World, wanted: number): Promise<number> {
  let freed = 0;
  const oldest = (await db.items.orderBy("delivered_at").toArray()).filter(isVerified);
  for (const item of oldest) {
    if (freed >= wanted) break;
    freed += await db.transaction("rw", [db.items, db.photos, db.bytes], async () => {
      const now = await db.items.get(item.id);
      if (!now || !isVerified(now)) return 0;
      const photos = await db.photos.where("item_id").equals(item.id).toArray();
      const stored = photos.filter((photo) => photo.state === "stored");
      const here = await db.bytes.bulkGet(stored.map((photo) => photo.id));
      await db.bytes.bulkDelete(stored.map((photo) => photo.id));
      return here.reduce((sum, kept) => sum + (kept?.bytes.byteLength ?? 0), 0);
    });
  }
  return freed;
}
