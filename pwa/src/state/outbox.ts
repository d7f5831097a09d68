import { liveQuery } from "dexie";
import { onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { setBearer } from "../api/client";
import { db, deviceToken, type Item, type Photo, resume, startOutbox } from "../outbox";
import { session, sessionEnded } from "./session";

/** Connects the outbox with this page: who is signed in, whose token calls carry. */
export function wireOutbox(): void {
  setBearer(deviceToken);
  startOutbox({
    person: () => (session.person && !session.expired ? session.person.id : null),
    sessionEnded,
  });
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
  const running = liveQuery(read).subscribe({
    next: (fresh) => {
      value.value = fresh;
    },
    error: (failure: unknown) => console.warn("storage", failure),
  });
  onScopeDispose(() => running.unsubscribe());
  return value;
}

export interface Unsent {
  item: Item;
  photos: Photo[];
}

async function withPhotos(items: Item[]): Promise<Unsent[]> {
  const photos = await db.photos
    .where("item_id")
    .anyOf(items.map((item) => item.id))
    .toArray();
  return items
    .sort((a, b) => b.created_at - a.created_at)
    .map((item) => ({ item, photos: photos.filter((photo) => photo.item_id === item.id) }));
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
