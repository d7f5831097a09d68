import type { MoveAction } from "../api/types";
import { dropPhotos, NoDraft, photosOf, saved } from "./drafts";
import { manifest, newItem } from "./freeze";
import { uuid7 } from "./ids";
import type { Item, Photo } from "./types";
import type { World } from "./world";

export interface Anew {
  /** the same action on the state that its maker sees now, or "note" to keep it without deciding anything */
  action: MoveAction;
  baseRev: number;
}

type Frozen = Record<string, unknown> & { photos: unknown[] };

/**
 * Makes a new move out of one that met a newer state or a rule: same words, same place, same photos, another id. In
 * one transaction the photos change hands and the old move goes, so that at no moment one of them is only in memory.
 * Raises NotSaved, and NoDraft when the move is not parked (any more).
 */
export async function sendAnew(world: World, id: string, anew: Anew): Promise<Item> {
  const { db } = world;
  const old = await parked(world, id);
  const photos = await photosOf(world, id);
  const usable = photos.filter((photo) => photo.state === "queued" || photo.state === "stored");
  const subject = { id: uuid7(world.now()), kind: old.kind, subject: old.subject, owner: old.owner };
  const item = await newItem(world, subject, {
    ...(JSON.parse(old.payload) as Frozen),
    action: anew.action,
    base_rev: anew.baseRev,
    photos: usable.map(manifest),
  });
  item.action = anew.action;
  const write = async () => {
    if (await db.items.get(item.id)) return;
    await parked(world, id);
    await db.photos.bulkPut(usable.map((photo, index) => handedOver(photo, item.id, index)));
    const left = photos.filter((photo) => !usable.includes(photo)).map((photo) => photo.id);
    await dropPhotos(world, left);
    await db.items.delete(id);
    await db.items.add(item);
  };
  await saved(world, () => db.transaction("rw", [db.items, db.photos, db.bytes, db.thumbs], write));
  return item;
}

const handedOver = (photo: Photo, to: string, index: number): Photo => ({
  ...photo,
  item_id: to,
  seq: index + 1,
  state: "queued",
  reason: null,
});

async function parked({ db }: World, id: string): Promise<Item> {
  const item = await db.items.get(id);
  if (item?.kind !== "move" || !["conflicting", "needs_attention"].includes(item.state))
    throw new NoDraft(id);
  return item;
}
