import { knownToken } from "./device";
import { dropPhotos, photosOf } from "./drafts";
import { judge } from "./judge";
import { BadReceipt, verifiedReceipt } from "./receipt";
import { DAY_MS, isVerified, keptUntil, makeRoom } from "./room";
import { applyReceipt, startAgain } from "./settle";
import type { Answer } from "./transport";
import type { Item, Receipt } from "./types";
import { receiptRequest } from "./wire";
import type { World } from "./world";

const ASKED_AT_ONCE = 200;
/** From this share of the quota on, verified bytes go before their time, down to the second share. */
const CROWDED = 0.8;
const ROOMY = 0.6;

/**
 * Before the phone forgets a photo it asks once more: reports which the server does not know any more are sent again;
 * bytes go when their time is over, and only when a check of the last day said that all is stored. `early`: asks for
 * everything that was not asked again since its delivery, because room is needed.
 */
export async function checkDelivered(world: World, early = false): Promise<void> {
  const { db } = world;
  const delivered = await db.items.where("state").equals("delivered").toArray();
  const crowded = early || (await isCrowded(world));
  const due = delivered.filter(
    (item) =>
      (world.now() - (item.checked_at ?? 0) > DAY_MS || (crowded && !isVerified(item))) &&
      (item.owner === null || item.owner === world.person()),
  );
  const bearer = await knownToken(world);
  if (bearer) {
    const reports = due.filter((item) => item.kind === "report");
    for (let at = 0; at < reports.length; at += ASKED_AT_ONCE) {
      await check(world, bearer, reports.slice(at, at + ASKED_AT_ONCE));
    }
    for (const move of due.filter((item) => item.kind === "move")) await checkMove(world, bearer, move);
  }
  await purge(world);
  await relieve(world);
}

async function isCrowded(world: World): Promise<boolean> {
  const storage = await world.storage?.();
  return Boolean(storage && storage.used > CROWDED * storage.quota);
}

async function relieve(world: World): Promise<void> {
  const storage = await world.storage?.();
  if (storage && storage.used > CROWDED * storage.quota) {
    await makeRoom(world, storage.used - ROOMY * storage.quota);
  }
}

async function check(world: World, bearer: string, items: Item[]): Promise<void> {
  const answer = await world.send({
    method: "POST",
    path: "/api/v1/receipts/check",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      Authorization: `Bearer ${bearer}`,
      "X-Client": "pwa",
    },
    body: new TextEncoder().encode(JSON.stringify({ ids: items.map((item) => item.id) })),
    timeoutMs: 30_000,
  });
  const found = checked(answer);
  if (!found) return;
  for (const item of items) {
    const receipt = found.receipts.find((row) => row.id === item.id);
    if (receipt) await confirm(world, item, receipt, answer);
    else if (found.unknown.includes(item.id)) await startAgain(world, item.id);
  }
}

/** Moves have no list to ask for: one receipt each. */
async function checkMove(world: World, bearer: string, item: Item): Promise<void> {
  const answer = await world.send(receiptRequest(item, bearer));
  const verdict = judge(answer, "receipt", item, await photosOf(world, item.id), world.now());
  if (verdict.kind === "receipt") await applyReceipt(world, item.id, verdict.receipt);
  else if (verdict.kind === "unknown") await startAgain(world, item.id);
}

function checked(answer: Answer): { receipts: Receipt[]; unknown: string[] } | null {
  if (answer.status >= 300) return null;
  try {
    const body = JSON.parse(answer.text) as { receipts?: Receipt[]; unknown?: string[] };
    return Array.isArray(body.receipts) && Array.isArray(body.unknown)
      ? { receipts: body.receipts, unknown: body.unknown }
      : null;
  } catch {
    return null;
  }
}

async function confirm(world: World, item: Item, receipt: Receipt, answer: Answer): Promise<void> {
  const ours: Answer = { ...answer, header: () => "1", text: JSON.stringify(receipt) };
  try {
    await applyReceipt(world, item.id, verifiedReceipt(ours, item, await photosOf(world, item.id)));
  } catch (failure) {
    if (!(failure instanceof BadReceipt)) throw failure;
  }
}

async function purge(world: World): Promise<void> {
  const { db } = world;
  const now = world.now();
  const old = await db.items
    .where("state")
    .equals("delivered")
    .filter((item) => now - (item.checked_at ?? 0) < DAY_MS)
    .toArray();
  for (const item of old) {
    const until = keptUntil(item, await photosOf(world, item.id));
    if (until === null || until >= now) continue;
    await db.transaction("rw", [db.items, db.photos, db.bytes, db.thumbs], async () => {
      await dropPhotos(world, await db.photos.where("item_id").equals(item.id).primaryKeys());
      await db.items.delete(item.id);
    });
  }
}

/** A person needs the photos no longer which the server refused as none: the item goes when its time is over. */
export async function letGo({ db }: World, id: string): Promise<void> {
  await db.items
    .where("id")
    .equals(id)
    .filter((item) => item.state === "delivered")
    .modify({ let_go: true });
}

/** A person gives an item up which the server refused; its photos go with it. Nothing else ever deletes unsent work. */
export async function giveUp(world: World, id: string): Promise<void> {
  const { db } = world;
  await db.transaction("rw", [db.items, db.photos, db.bytes, db.thumbs], async () => {
    const item = await db.items.get(id);
    if (!item || (item.state !== "needs_attention" && item.state !== "conflicting")) return;
    await dropPhotos(world, await db.photos.where("item_id").equals(id).primaryKeys());
    await db.items.delete(id);
  });
}
