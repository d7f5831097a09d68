import { onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { setBearer } from "../api/client";
import {
  type Draft,
  deviceToken,
  follow,
  type Item,
  type Photo,
  resume,
  startOutbox,
  storage,
  wireWorld,
} from "../outbox";
import type { OutboxDb } from "../outbox/db";
import { turn } from "../ui/turns";
import { session, sessionEnded, signIns } from "./session";

/** Connects the outbox with this page: who is signed in, whose token calls carry. Nothing is sent yet. */
export function wireOutbox(): void {
  setBearer(deviceToken);
  wireWorld({
    person: () => (session.person && !session.expired ? session.person.id : null),
    signIns: () => signIns.value,
    sessionEnded,
  });
}

/** From now on what is on disk goes out, and what waited for a person goes on with their sign-in. */
export function startSending(): void {
  startOutbox();
  watch(
    // Whoever signs in once more has what waited for it go on, too.
    [() => (session.expired ? null : session.person?.id), signIns],
    ([person]) => {
      if (person) void resume(person);
    },
    { immediate: true },
  );
}

/** A live view of the disk; the same in each tab. `read` may only wait for the database that it is given. */
export function useLive<T>(read: (db: OutboxDb) => Promise<T>, first: T): Ref<T> {
  const value = shallowRef<T>(first) as Ref<T>;
  let end = () => {};
  let over = false;
  // The page is painted before its storage is read.
  void turn().then(() => {
    if (over) return;
    end = follow(
      read,
      (fresh) => {
        value.value = fresh;
      },
      (failure) => console.warn("storage", failure),
    );
  });
  onScopeDispose(() => {
    over = true;
    end();
  });
  return value;
}

export interface Unsent {
  item: Item;
  photos: Photo[];
}

async function withPhotos(db: OutboxDb, items: Item[]): Promise<Unsent[]> {
  const photos = new Map<string, Photo[]>(items.map((item) => [item.id, []]));
  for (const photo of await db.photos
    .where("item_id")
    .anyOf([...photos.keys()])
    .toArray()) {
    photos.get(photo.item_id)?.push(photo);
  }
  return items
    .sort((a, b) => b.created_at - a.created_at)
    .map((item) => ({ item, photos: photos.get(item.id) ?? [] }));
}

/** One item of the outbox with its photos; null while unknown or gone. */
export const useItem = (id: string): Ref<Unsent | null> =>
  useLive<Unsent | null>(async (db) => {
    const item = await db.items.get(id);
    return item ? ((await withPhotos(db, [item]))[0] ?? null) : null;
  }, null);

/** Moves on a case which this phone holds, newest first; delivered ones too while they are kept. */
export const useCaseItems = (caseId: string): Ref<Unsent[]> =>
  useLive(async (db) => withPhotos(db, await db.items.where("subject").equals(caseId).toArray()), []);

/** Everything this phone holds, newest first. */
export const useItems = (): Ref<Unsent[]> =>
  useLive(async (db) => withPhotos(db, await db.items.toArray()), []);

export interface UnsentPart {
  /** the newest `limit` items of whoever works here */
  rows: Unsent[];
  total: number;
  /** items of other accounts, which only those may see and send */
  others: number;
  /** how many of them wait for this person to sign in */
  signIn: number;
  /** whether something can go without anybody's doing */
  sendable: boolean;
}

const nothing: UnsentPart = { rows: [], total: 0, others: 0, signIn: 0, sendable: false };

/** What has not arrived, newest first, as much of it as is looked at: a phone may hold hundreds. */
export function useUnsent(limit: Ref<number>, delivered = false): Ref<UnsentPart | null> {
  const part = shallowRef<UnsentPart | null>(null);
  let end = () => {};
  const read = (db: OutboxDb): Promise<UnsentPart> =>
    db.transaction("r", [db.items, db.photos], () => readPart(db));
  const readPart = async (db: OutboxDb): Promise<UnsentPart> => {
    const where = db.items.where("state");
    const all = await (delivered ? where.equals("delivered") : where.notEqual("delivered")).toArray();
    const mine = all.filter(({ owner }) => owner === null || owner === session.person?.id);
    mine.sort((a, b) => b.created_at - a.created_at);
    return {
      rows: await withPhotos(db, mine.slice(0, limit.value)),
      total: mine.length,
      others: all.length - mine.length,
      signIn: mine.filter(({ state }) => state === "needs_sign_in").length,
      sendable: mine.some(({ state }) => state === "queued" || state === "sending"),
    };
  };
  watch(
    [limit, () => session.person?.id],
    () => {
      end();
      end = follow(
        read,
        (fresh) => {
          part.value = fresh;
        },
        (failure) => {
          console.warn("storage", failure);
          part.value ??= nothing;
        },
      );
    },
    { immediate: true },
  );
  onScopeDispose(() => end());
  return part;
}

/** How many unsent items only this person can send. */
export const countOwnUnsent = async (): Promise<number> =>
  (await storage()).items
    .where("state")
    .notEqual("delivered")
    .filter(({ owner }) => owner !== null && owner === session.person?.id)
    .count();

/** Everything that was begun and not sent, newest first, with its photos. */
export const useDrafts = (): Ref<{ draft: Draft; photos: Photo[] }[]> =>
  useLive(async (db) => {
    const drafts = await db.drafts.orderBy("updated_at").reverse().toArray();
    const mine = drafts.filter(({ owner }) => owner === (session.person?.id ?? null));
    const photos = await db.photos
      .where("item_id")
      .anyOf(mine.map(({ id }) => id))
      .toArray();
    return mine
      .map((draft) => ({ draft, photos: photos.filter((photo) => photo.item_id === draft.id) }))
      .filter((row) => row.photos.length > 0);
  }, []);
