import { sha256 } from "./digest";
import { isFull } from "./failures";
import { tell } from "./health";
import { uuid7 } from "./ids";
import { instant } from "./instant";
import { isVoice } from "./pictures";
import { makeRoom } from "./room";
import type { Draft, Exif, Fix, Kind, Photo, PhotoRole, ReportDraft } from "./types";
import type { World } from "./world";

export interface NewPhoto {
  bytes: ArrayBuffer;
  mime: string;
  width: number | null;
  height: number | null;
  taken_at: string | null;
  exif: Exif | null;
  thumb: ArrayBuffer | null;
  /** absent: before; voice: the draft's one voice note, in place of an earlier one */
  role?: PhotoRole | "voice";
}

/** The phone's storage did not keep what was written: `full`: no room; else the browser took it away. */
export class NotSaved extends Error {
  override name = "NotSaved";

  constructor(
    message: string,
    readonly full = false,
  ) {
    super(message);
  }
}

/** There is nothing to send under this id: discarded, or sent already in another tab. */
export class NoDraft extends Error {
  override name = "NoDraft";
}

const emptyReport: ReportDraft = { condition: null, description: "", pin: null };

/** A new draft on disk. Its id becomes the report's or the move's. */
export async function startDraft(
  world: World,
  kind: Kind,
  subject: string | null,
  owner: string | null,
): Promise<Draft> {
  const now = world.now();
  const draft: Draft = {
    id: uuid7(now),
    kind,
    subject,
    owner,
    report: kind === "report" ? { ...emptyReport } : null,
    fix: null,
    captured_at: instant(now),
    updated_at: now,
  };
  await saved(world, () => world.db.drafts.put(draft));
  return draft;
}

/** Writes what the maker has changed; the draft may be gone (sent in another tab): then nothing happens. */
export async function changeDraft(
  world: World,
  id: string,
  change: { report?: Partial<ReportDraft>; fix?: Fix | null; captured_at?: string; words?: string },
): Promise<void> {
  await saved(world, () =>
    world.db.transaction("rw", world.db.drafts, async () => {
      const draft = await world.db.drafts.get(id);
      if (!draft) return;
      if (change.report && draft.report) draft.report = { ...draft.report, ...change.report };
      if (change.fix !== undefined) draft.fix = change.fix;
      if (change.captured_at) draft.captured_at = change.captured_at;
      if (change.words !== undefined) draft.words = change.words;
      await world.db.drafts.put(touched(draft, world));
    }),
  );
}

/**
 * Keeps a photo's bytes with its draft, and only returns after they were read back and are the same: until then
 * nobody says "saved on this phone". Raises NotSaved.
 */
export async function addPhoto(world: World, draftId: string, photo: NewPhoto): Promise<Photo> {
  const { db } = world;
  const id = uuid7(world.now());
  const hash = await sha256(photo.bytes);
  const row: Photo = {
    id,
    item_id: draftId,
    seq: 0,
    sha256: hash,
    size: photo.bytes.byteLength,
    mime: photo.mime,
    width: photo.width,
    height: photo.height,
    taken_at: photo.taken_at,
    exif: photo.exif,
    state: "queued",
    reason: null,
    ...(photo.role ? { role: photo.role } : {}),
  };
  const write = () =>
    db.transaction("rw", [db.drafts, db.photos, db.bytes, db.thumbs], async () => {
      const draft = await db.drafts.get(draftId);
      if (!draft) throw new NotSaved("the draft is gone");
      const others = (await db.photos.where("item_id").equals(draftId).toArray()).filter(
        (other) => other.id !== id,
      );
      if (isVoice(row))
        await dropPhotos(
          world,
          others.filter(isVoice).map((other) => other.id),
        );
      row.seq = Math.max(0, ...others.map((other) => other.seq)) + 1;
      await db.photos.put(row);
      await db.bytes.put({ photo_id: id, bytes: photo.bytes });
      if (photo.thumb) await db.thumbs.put({ photo_id: id, bytes: photo.thumb });
      await db.drafts.put(touched(draft, world));
    });
  await saved(world, write, photo.bytes.byteLength);
  const kept = await db.bytes.get(id);
  if (!kept || (await sha256(kept.bytes)) !== hash) throw new NotSaved("the bytes read back differ");
  return row;
}

/** Says what a draft's photo shows; a frozen one stays as it was sent. */
export async function setRole(world: World, photoId: string, role: PhotoRole): Promise<void> {
  const { db } = world;
  await saved(world, () =>
    db.transaction("rw", [db.drafts, db.photos], async () => {
      const photo = await db.photos.get(photoId);
      const draft = photo && (await db.drafts.get(photo.item_id));
      if (!photo || !draft) return;
      await db.photos.put({ ...photo, role });
      await db.drafts.put(touched(draft, world));
    }),
  );
}

export async function removePhoto(world: World, photoId: string): Promise<void> {
  const { db } = world;
  await db.transaction("rw", [db.drafts, db.photos, db.bytes, db.thumbs], async () => {
    const photo = await db.photos.get(photoId);
    // Only a draft's photo can be taken away; a frozen payload names its photos for ever.
    const draft = photo && (await db.drafts.get(photo.item_id));
    if (!draft) return;
    await dropPhotos(world, [photoId]);
    await db.drafts.put(touched(draft, world));
  });
}

/** Report drafts of this owner that hold a photo, newest first; those without one are cleared away. */
export async function openDrafts(world: World, owner: string | null): Promise<Draft[]> {
  const { db } = world;
  const all = await db.drafts.where("kind").equals("report").toArray();
  const kept: Draft[] = [];
  for (const draft of all.sort((a, b) => b.updated_at - a.updated_at)) {
    if (draft.owner !== owner) continue;
    const photos = await db.photos.where("item_id").equals(draft.id).count();
    if (photos > 0) kept.push(draft);
    else if (world.now() - draft.updated_at > 3_600_000) await db.drafts.delete(draft.id);
  }
  return kept;
}

export async function discardDraft(world: World, id: string): Promise<void> {
  const { db } = world;
  await db.transaction("rw", [db.drafts, db.photos, db.bytes, db.thumbs], async () => {
    if (!(await db.drafts.get(id))) return;
    await dropPhotos(world, await db.photos.where("item_id").equals(id).primaryKeys());
    await db.drafts.delete(id);
  });
}

/** Every change moves `updated_at`, also two within one millisecond: Send compares it. */
const touched = (draft: Draft, world: World): Draft => ({
  ...draft,
  updated_at: Math.max(world.now(), draft.updated_at + 1),
});

/** Inside the caller's transaction. */
export async function dropPhotos({ db }: World, ids: string[]): Promise<void> {
  await db.photos.bulkDelete(ids);
  await db.bytes.bulkDelete(ids);
  await db.thumbs.bulkDelete(ids);
}

/** In the order taken; the voice note comes last, and so do its bytes on the wire: who files looks first. */
export const photosOf = async ({ db }: World, itemId: string): Promise<Photo[]> =>
  (await db.photos.where("item_id").equals(itemId).toArray()).sort(
    (a, b) => Number(isVoice(a)) - Number(isVoice(b)) || a.seq - b.seq,
  );

/** Room that is made at once for anything that does not fit: a photo and what the browser needs besides. */
const ROOM = 4_000_000;

/**
 * Runs a write of the maker's work. A full phone first forgets what the server has verified, and only when that does
 * not help the maker hears of it, before anything was called saved. Raises NotSaved, and what `work` refuses itself.
 */
export async function saved<T>(world: World, work: () => PromiseLike<T>, size = 0): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const full = isFull(error);
    if (full && (await makeRoom(world, size + ROOM).catch(() => 0)) > 0) return saved(world, work, size);
    if (full) tell("full");
    if (error instanceof NotSaved || error instanceof NoDraft) throw error;
    throw new NotSaved(error instanceof Error ? `${error.name}: ${error.message}` : String(error), full);
  }
}
