import { backoff } from "./backoff";
import { setMeta } from "./db";
import { photosOf } from "./drafts";
import type { Verdict } from "./judge";
import { isVoice } from "./pictures";
import type { Item, ItemError, ItemState, Photo, PhotoState, Receipt, SlotState } from "./types";
import type { World } from "./world";

/** Marks that something may leave the phone from now on: Send cannot be taken back. Null: not to be sent (any more). */
export async function begin(world: World, id: string): Promise<Item | null> {
  const { db } = world;
  return db.transaction("rw", db.items, async () => {
    const item = await db.items.get(id);
    if (!item || (item.state !== "queued" && item.state !== "sending")) return null;
    const started = { ...item, attempted_at: world.now(), undo: null };
    await db.items.put(started);
    return started;
  });
}

const AFTER_SLOT: Record<SlotState, PhotoState> = {
  expected: "queued",
  stored: "stored",
  derived: "stored",
  unreadable: "stored",
  refused: "refused",
};

/** A verified receipt is the truth: photo states and the item's state follow from it, in one transaction. */
export async function applyReceipt(world: World, id: string, receipt: Receipt): Promise<void> {
  const { db } = world;
  await db.transaction("rw", [db.items, db.photos, db.bytes], async () => {
    const item = await db.items.get(id);
    if (!item) return;
    const photos = await photosOf(world, id);
    for (const slot of receipt.photos) {
      const photo = photos.find((row) => row.id === slot.id);
      if (!photo) continue;
      photo.state = AFTER_SLOT[slot.slot];
      photo.reason = slot.reason ?? null;
      if (photo.state === "queued" && !(await has(world, photo.id))) photo.state = "missing_local";
    }
    await db.photos.bulkPut(photos);
    const state = stateAfter(receipt, photos);
    const moved = state !== item.state || photos.some((photo) => photo.state === "stored");
    await db.items.put({
      ...item,
      state,
      receipt,
      attempts: moved ? 0 : item.attempts,
      next_attempt_at: world.now(),
      last_error: errorAfter(state, receipt, photos, world.now()),
      delivered_at: state === "delivered" ? (item.delivered_at ?? world.now()) : null,
      checked_at: world.now(),
    });
  });
}

function stateAfter(receipt: Receipt, photos: Photo[]): ItemState {
  if (photos.some((photo) => photo.state === "queued")) return "sending";
  if (receipt.state === "conflicting") return "conflicting";
  if (receipt.state !== "receiving") return "delivered";
  return photos.some((photo) => photo.state === "missing_local") ? "needs_attention" : "sending";
}

function errorAfter(state: ItemState, receipt: Receipt, photos: Photo[], at: number): ItemError | null {
  if (state === "needs_attention") return { status: 0, code: "photo_lost", detail: "", at };
  if (state === "conflicting") return { status: 200, code: "conflicting", detail: "", at };
  const refused = photos.find((photo) => photo.state === "refused");
  if (state === "delivered" && refused) {
    const code = isVoice(refused) ? "voice_refused" : "photo_refused";
    return { status: 415, code, detail: refused.reason ?? "", at };
  }
  return receipt.state === "held" ? { status: 202, code: "held", detail: "", at } : null;
}

const has = async ({ db }: World, photoId: string) =>
  (await db.bytes.where("photo_id").equals(photoId).count()) > 0;

/** Writes what an answer means for the item. True: the drain may go on with other items. */
export async function settle(world: World, id: string, verdict: Verdict): Promise<boolean> {
  switch (verdict.kind) {
    case "receipt":
      await applyReceipt(world, id, verdict.receipt);
      return true;
    case "later":
      await postpone(world, id, verdict.error, verdict.retryAfterMs, verdict.everything);
      return !verdict.everything;
    case "unknown":
      await startAgain(world, id);
      return true;
    case "sign_in":
      await park(world, id, "needs_sign_in", verdict.error);
      if (verdict.error.code === "sign_in") world.sessionEnded();
      return true;
    case "new_token":
      await postpone(world, id, verdict.error, null, true);
      return false;
    case "attention":
      await park(world, id, "needs_attention", verdict.error);
      return true;
    case "again":
    case "photo_refused":
      throw new Error(`${verdict.kind} is settled where the photo is known`);
  }
}

export async function park(world: World, id: string, state: ItemState, error: ItemError): Promise<void> {
  await world.db.items.update(id, { state, last_error: error });
}

/** Whoever says "come back tomorrow" in front of our server (a portal, a broken gateway) stops no report for a day. */
const LONGEST_ASKED_MS = 15 * 60_000;

async function postpone(
  world: World,
  id: string,
  error: ItemError,
  retryAfterMs: number | null,
  everything: boolean,
): Promise<void> {
  const { db } = world;
  await db.transaction("rw", [db.items, db.meta], async () => {
    const item = await db.items.get(id);
    if (!item) return;
    const attempts = item.attempts + 1;
    const asked = Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS);
    const until = world.now() + Math.max(backoff(attempts, world.random()), asked);
    await db.items.put({ ...item, attempts, next_attempt_at: until, last_error: error });
    if (everything) await setMeta("paused", { until, asked: retryAfterMs !== null }, db);
  });
}

/** The server lost the report: the payload goes first again, and each photo whose bytes are still here. */
export async function startAgain(world: World, id: string): Promise<void> {
  const { db } = world;
  await db.transaction("rw", [db.items, db.photos, db.bytes], async () => {
    const item = await db.items.get(id);
    if (!item) return;
    const photos = await photosOf(world, id);
    for (const photo of photos) {
      photo.state = (await has(world, photo.id)) ? "queued" : "missing_local";
      photo.reason = null;
    }
    await db.photos.bulkPut(photos);
    const attempts = item.attempts + 1;
    await db.items.put({
      ...item,
      state: "queued",
      receipt: null,
      delivered_at: null,
      attempts,
      // Once at once; a server that keeps forgetting is asked more and more seldom.
      next_attempt_at: world.now() + (attempts > 1 ? backoff(attempts, world.random()) : 0),
    });
  });
}

/** The server will never take this photo. Its bytes stay here; the rest of the item goes on. */
export async function refusePhoto(world: World, photoId: string, reason: string): Promise<void> {
  await world.db.photos.update(photoId, { state: "refused", reason });
}
