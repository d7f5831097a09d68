import { liveQuery } from "dexie";
import { onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { setBearer } from "../api/client";
import {
  type Draft,
  db,
  deviceToken,
  type Item,
  type Photo,
  resume,
  startOutbox,
  wireWorld,
} from "../outbox";
import { turn } from "../ui/turns";
import { session, sessionEnded } from "./session";

/** Connects the outbox with this page: who is signed in, whose token calls carry. Nothing is sent yet. */
export function wireOutbox(): void {
  setBearer(deviceToken);
  wireWorld({
    person: () => (session.person && !session.expired ? session.person.id : null),
    sessionEnded,
  });
}

/** From now on what is on disk goes out, and what waited for a person goes on with their sign-in. */
export function startSending(): void {
  startOutbox();
  watch(
    () => (session.expired ? null : session.person?.id),
    (person) => {
      if (person) void resume(person);
    },
    { immediate: true },
  );
}

/** A live view of the disk; the same in each tab. */
export function useLive<T>(read: () => Promise<T>, first: T): Ref<T> {
  const value = shallowRef<T>(first) as Ref<T>;
  let running: { unsubscribe: () => void } | null = null;
  let over = false;
  // The page is painted before its storage is read.
  void turn().then(() => {
    if (over) return;
    running = liveQuery(read).subscribe({
      next: (fresh) => {
        value.value = fresh;
      },
      error: (failure: unknown) => console.warn("storage", failure),
    });
  });
  onScopeDispose(() => {
    over = true;
    running?.unsubscribe();
  });
  return value;
}

export interface Unsent {
  item: Item;
  photos: Photo[];
}

async function withPhotos(items: Item[]): Promise<Unsent[]> {
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
  useLive<Unsent | null>(async () => {
    const item = await db.items.get(id);
    return item ? ((await withPhotos([item]))[0] ?? null) : null;
  }, null);

/** Moves on a case which this phone holds, newest first; delivered ones too while they are kept. */
export const useCaseItems = (caseId: string): Ref<Unsent[]> =>
  useLive(async () => withPhotos(await db.items.where("subject").equals(caseId).toArray()), []);

/** Everything this phone holds, newest first. */
export const useItems = (): Ref<Unsent[]> => useLive(async () => withPhotos(await db.items.toArray()), []);

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
  let running: { unsubscribe: () => void } | null = null;
  const read = async (): Promise<UnsentPart> => db.transaction("r", [db.items, db.photos], readPart);
  const readPart = async (): Promise<UnsentPart> => {
    const where = db.items.where("state");
    const all = await (delivered ? where.equals("delivered") : where.notEqual("delivered")).toArray();
    const mine = all.filter(({ owner }) => owner === null || owner === session.person?.id);
    mine.sort((a, b) => b.created_at - a.created_at);
    return {
      rows: await withPhotos(mine.slice(0, limit.value)),
      total: mine.length,
      others: all.length - mine.length,
      signIn: mine.filter(({ state }) => state === "needs_sign_in").length,
      sendable: mine.some(({ state }) => state === "queued" || state === "sending"),
    };
  };
  watch(
    [limit, () => session.person?.id],
    () => {
      running?.unsubscribe();
      running = liveQuery(read).subscribe({
        next: (fresh) => {
          part.value = fresh;
        },
        error: (failure: unknown) => {
          console.warn("storage", failure);
          part.value ??= nothing;
        },
      });
    },
    { immediate: true },
  );
  onScopeDispose(() => running?.unsubscribe());
  return part;
}

/** How many unsent items only this person can send. */
export const countOwnUnsent = async (): Promise<number> =>
  db.items
    .where("state")
    .notEqual("delivered")
    .filter(({ owner }) => owner !== null && owner === session.person?.id)
    .count();

/** Everything that was begun and not sent, newest first, with its photos. */
export const useDrafts = (): Ref<{ draft: Draft; photos: Photo[] }[]> =>
  useLive(async () => {
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
