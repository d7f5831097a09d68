import { askReceipt, parkForOwner, sendPayload, sendPhoto } from "./attempt";
import { getMeta } from "./db";
import { photosOf } from "./drafts";
import type { Item } from "./types";
import type { World } from "./world";

/** Set by answers which speak for the whole server or network; `asked`: the server named the time itself. */
export interface Paused {
  until: number;
  asked: boolean;
}

/**
 * Sends what is due, oldest first: all payloads (2 kB each), then photos, oldest report first. Stops when nothing is
 * due or the network as a whole says no. Safe to run twice at once: the server keys everything by our ids.
 */
export async function drain(world: World): Promise<void> {
  while ((await pausedUntil(world)) <= world.now()) {
    const due = await dueItems(world);
    const payload = due.find((item) => item.state === "queued");
    const item = payload ?? due[0];
    if (!item) return;
    if (!(await step(world, item))) return;
  }
}

async function step(world: World, item: Item): Promise<boolean> {
  if (item.owner !== null && item.owner !== world.person()) {
    await parkForOwner(world, item.id);
    return true;
  }
  if (item.state === "queued") return sendPayload(world, item.id);
  const photo = (await photosOf(world, item.id)).find((row) => row.state === "queued");
  return photo ? sendPhoto(world, item.id, photo) : askReceipt(world, item.id);
}

async function dueItems({ db, now }: World): Promise<Item[]> {
  const open = await db.items.where("state").anyOf("queued", "sending").toArray();
  return open
    .filter((item) => item.next_attempt_at <= now())
    .sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
}

const pausedUntil = async ({ db }: World): Promise<number> =>
  (await getMeta<Paused>("paused", db))?.until ?? 0;

/** When the drain has something to do again, in ms since epoch; null: nothing waits. */
export async function nextDue(world: World): Promise<number | null> {
  const open = await world.db.items.where("state").anyOf("queued", "sending").toArray();
  if (open.length === 0) return null;
  return Math.max(await pausedUntil(world), Math.min(...open.map((item) => item.next_attempt_at)));
}

const CALM_MS = 2_000;

/**
 * Forgets waiting times: the network came back, the page is seen again, or (`tapped`) a person wants it now. A time
 * which the server asked for stays. Flapping networks do not become a storm: 2 s lie between attempts.
 */
export async function hurry(world: World, tapped = false): Promise<void> {
  const { db } = world;
  const now = world.now();
  await db.transaction("rw", [db.items, db.meta], async () => {
    const paused = await getMeta<Paused>("paused", db);
    if (paused && !paused.asked) await db.meta.delete("paused");
    // The page says when it goes on: not before the time that the server named.
    const asked = paused?.asked ? paused.until : 0;
    await db.items
      .where("state")
      .anyOf("queued", "sending")
      .filter((item) => item.undo === null && item.next_attempt_at > now)
      .modify((item) => {
        item.next_attempt_at = Math.max(asked, now, tapped ? 0 : (item.attempted_at ?? 0) + CALM_MS);
      });
  });
}

/** `person` has signed in: what waited for exactly this person goes on. */
export async function resumeOwner(world: World, person: string): Promise<void> {
  await world.db.items
    .where("state")
    .equals("needs_sign_in")
    .filter((item) => item.owner === person)
    .modify((item) => {
      reopen(item, world.now());
    });
}

/** A person says: try this one again. */
export async function retryItem(world: World, id: string): Promise<void> {
  await world.db.items
    .where("id")
    .equals(id)
    .filter((item) => item.state !== "delivered" && item.state !== "conflicting")
    .modify((item) => {
      reopen(item, world.now());
    });
}

function reopen(item: Item, now: number): void {
  item.state = item.receipt ? "sending" : "queued";
  item.next_attempt_at = now;
  item.attempts = 0;
}
