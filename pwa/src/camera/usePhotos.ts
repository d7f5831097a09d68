import { computed, onScopeDispose, type Ref, ref, watch } from "vue";

import {
  addPhoto,
  type Exif,
  NotSaved,
  type PhotoRole,
  photosOf,
  pictures,
  removePhoto,
  storage,
} from "../outbox";

import { config } from "../state/district";
import { useLive } from "../state/outbox";
import type { Frame } from "./draw";
import { type Prepared, prepare, prepareFrame, Unusable } from "./prepare";

export interface ShownPhoto {
  id: string;
  seq: number;
  /** address of a small picture in this page; null: this browser cannot draw it (HEIC), it is kept whole */
  url: string | null;
  exif: Exif | null;
  taken_at: string | null;
  role: PhotoRole;
}

export interface Photos {
  photos: Ref<ShownPhoto[]>;
  /** photos being prepared right now */
  busy: Ref<number>;
  /** text key of what went wrong with the last pick, area `report` */
  trouble: Ref<string | null>;
  limit: Ref<number>;
  take: (files: readonly File[], live: boolean) => Promise<void>;
  /** a frame of the viewfinder; resolves when it is a picture, while it is still being kept */
  shoot: (grab: () => Promise<Frame>) => Promise<void>;
  /** all that was taken so far is on disk, or was said not to be */
  settled: () => Promise<void>;
  refresh: () => Promise<void>;
  drop: (id: string) => Promise<void>;
}

const FALLBACK_LIMIT = 25_000_000;
const SAVED_MS = 30;

/**
 * The photos of a draft. `open` gives the draft's id, making it on disk when there is none yet; a thumbnail only
 * shows after its photo was written and read back. One photo is in memory at a time.
 */
export function usePhotos(
  draftId: Ref<string | null>,
  open: () => Promise<string>,
  role: () => PhotoRole = () => "before",
): Photos {
  const urls = new Map<string, string>();
  const busy = ref(0);
  const trouble = ref<string | null>(null);
  const limit = computed(() => config.value?.limits.photos_per_report ?? 9);
  const photos = ref<ShownPhoto[]>([]);
  let queue: Promise<void> = Promise.resolve();

  async function show(): Promise<void> {
    const id = draftId.value;
    const rows = id ? pictures(await photosOf(id)) : [];
    const shown = await Promise.all(
      rows.map(async ({ id: photo, seq, exif, taken_at, role: shows }) => ({
        id: photo,
        seq,
        exif,
        taken_at,
        role: (shows === "after" ? shows : "before") as PhotoRole,
        url: await urlOf(photo),
      })),
    );
    if (id === draftId.value) photos.value = shown;
  }

  async function urlOf(id: string): Promise<string | null> {
    const known = urls.get(id);
    if (known) return known;
    const thumb = await (await storage()).thumbs.get(id);
    if (!thumb) return null;
    const url = URL.createObjectURL(new Blob([thumb.bytes], { type: "image/jpeg" }));
    urls.set(id, url);
    return url;
  }

  function take(files: readonly File[], live: boolean): Promise<void> {
    trouble.value = null;
    const free = room();
    if (files.length > free) trouble.value = "report.trouble_too_many";
    const taken = files.slice(0, Math.max(0, free));
    busy.value += taken.length;
    const [now, shows] = [Date.now(), role()];
    const most = config.value?.limits.photo_bytes ?? FALLBACK_LIMIT;
    queue = queue.then(async () => {
      for (const file of taken) await keepOne(() => prepare(file, { live, now, limit: most }), shows);
    });
    return queue;
  }

  async function shoot(grab: () => Promise<Frame>): Promise<void> {
    trouble.value = null;
    if (room() < 1) {
      trouble.value = "report.trouble_too_many";
      return;
    }
    busy.value += 1;
    const shows = role();
    const made = prepareFrame(grab, Date.now());
    queue = queue.then(() => keepOne(() => made, shows));
    await made.catch(() => undefined);
  }

  const room = () => limit.value - photos.value.length - busy.value;

  async function keepOne(make: () => Promise<Prepared>, shows: PhotoRole): Promise<void> {
    try {
      const id = await open();
      const { photo, dark } = await make();
      await addPhoto(id, shows === "after" ? { ...photo, role: shows } : photo);
      await show();
      // Felt in the hand: the eyes are on the street. Not every phone can.
      navigator.vibrate?.(SAVED_MS);
      if (dark) trouble.value = "report.trouble_dark";
    } catch (failure) {
      trouble.value = `report.trouble_${troubleOf(failure)}`;
    } finally {
      busy.value -= 1;
    }
  }

  async function drop(id: string): Promise<void> {
    await removePhoto(id);
    await show();
  }

  watch(draftId, () => void show(), { immediate: true });
  onScopeDispose(() => {
    for (const url of urls.values()) URL.revokeObjectURL(url);
  });
  return { photos, busy, trouble, limit, take, shoot, settled: () => queue, refresh: show, drop };
}

/** What went wrong, as the end of a text key; a frame that cannot be had is a camera's failure, not the disk's. */
function troubleOf(failure: unknown): string {
  if (failure instanceof Unusable) return failure.code;
  if (failure instanceof NotSaved) return "not_saved";
  console.warn("photo", failure);
  return "camera";
}

/** The small picture of an item's first photo, for lists; null while unknown or not drawable. */
export function useThumb(itemId: string): Ref<string | null> {
  let url: string | null = null;
  const live = useLive(
    async (db) => {
      const first = pictures(await db.photos.where("item_id").equals(itemId).sortBy("seq"))[0];
      const thumb = first ? await db.thumbs.get(first.id) : undefined;
      if (url) URL.revokeObjectURL(url);
      url = thumb ? URL.createObjectURL(new Blob([thumb.bytes], { type: "image/jpeg" })) : null;
      return url;
    },
    null as string | null,
  );
  onScopeDispose(() => {
    if (url) URL.revokeObjectURL(url);
  });
  return live;
}
