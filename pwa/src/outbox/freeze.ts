import type { MoveAction } from "../api/types";
import { sha256 } from "./digest";
import { NoDraft, photosOf, saved } from "./drafts";
import { uuid7 } from "./ids";
import type { Draft, Fix, Item, Photo } from "./types";
import type { World } from "./world";

export interface ReportFacts {
  /** version of the notice which the person has read */
  consent: string;
  clockOffsetMs: number;
  /** how long Send can be taken back; nothing is uploaded before */
  undoMs: number;
}

export interface MoveFacts {
  caseId: string;
  action: MoveAction;
  baseRev: number;
  owner: string | null;
  note?: string | null;
  reason?: string | null;
  location?: Fix | null;
  data?: Record<string, unknown> | null;
  /** the draft that holds the photos; a move without photos needs none */
  draftId?: string;
}

export const manifest = (photo: Photo, index: number) => ({
  id: photo.id,
  seq: index + 1,
  sha256: photo.sha256,
  size: photo.size,
  mime: photo.mime,
  width: photo.width,
  height: photo.height,
  taken_at: photo.taken_at,
  exif: photo.exif,
  // A default is not said: a server of yesterday reads the same payload.
  ...(photo.role === "after" || photo.role === "voice" ? { role: photo.role } : {}),
});

export function reportPayload(draft: Draft, photos: Photo[], facts: ReportFacts): Record<string, unknown> {
  const { fix } = draft;
  const pin = draft.report?.pin ?? null;
  const kind = draft.report?.kind ?? "problem";
  const location = pin
    ? {
        lon: pin.lon,
        lat: pin.lat,
        accuracy_m: null,
        fix_at: draft.captured_at,
        source: "pin",
        age_s: null,
      }
    : fix;
  return {
    schema_version: 1,
    id: draft.id,
    captured_by: draft.owner,
    ...(kind === "problem" ? {} : { kind }),
    category: draft.report?.category ?? null,
    condition: draft.report?.condition ?? null,
    description: draft.report?.description ?? "",
    location,
    // Where the phone itself thought it was, kept beside a place chosen by hand.
    ...(pin && fix ? { device_location: fix } : {}),
    captured_at_device: draft.captured_at,
    clock_offset_ms: facts.clockOffsetMs,
    consent: facts.consent,
    photos: photos.map(manifest),
  };
}

/**
 * Send: one strict transaction turns the draft into an item with frozen payload bytes and photo hashes. After it the
 * item is on disk to stay, and its payload is never written again. Raises NoDraft and NotSaved.
 */
export async function sendReport(world: World, draftId: string, facts: ReportFacts): Promise<Item> {
  const draft = await found(world, draftId);
  const photos = await photosOf(world, draftId);
  const item = await newItem(world, draft, reportPayload(draft, photos, facts));
  item.next_attempt_at += facts.undoMs;
  item.undo = facts.undoMs > 0 ? draft : null;
  const frozen = await freeze(world, item, draft, photos);
  // A last change reached the disk in between: what is frozen must be what is kept.
  return frozen ? item : sendReport(world, draftId, facts);
}

/** The same for a move on a case, with the photos of its draft if it has one. Raises NoDraft and NotSaved. */
export async function sendMove(world: World, facts: MoveFacts): Promise<Item> {
  const draft = facts.draftId ? await found(world, facts.draftId) : null;
  const photos = draft ? await photosOf(world, draft.id) : [];
  const subject: Subject = {
    id: draft?.id ?? uuid7(world.now()),
    kind: "move",
    subject: facts.caseId,
    owner: facts.owner,
  };
  const item = await newItem(world, subject, {
    action: facts.action,
    base_rev: facts.baseRev,
    captured_by: facts.owner,
    note: facts.note ?? "",
    reason: facts.reason ?? "",
    location: facts.location ?? null,
    data: facts.data ?? {},
    photos: photos.map(manifest),
  });
  item.action = facts.action;
  const frozen = await freeze(world, item, draft, photos);
  return frozen ? item : sendMove(world, facts);
}

export type Subject = Pick<Draft, "id" | "kind" | "subject" | "owner">;

async function found({ db }: World, draftId: string): Promise<Draft> {
  const draft = await db.drafts.get(draftId);
  if (!draft) throw new NoDraft(draftId);
  return draft;
}

export async function newItem(world: World, of: Subject, body: Record<string, unknown>): Promise<Item> {
  const payload = JSON.stringify(body);
  const now = world.now();
  return {
    id: of.id,
    kind: of.kind,
    subject: of.subject,
    action: null,
    owner: of.owner,
    state: "queued",
    payload,
    payload_sha256: await sha256(new TextEncoder().encode(payload)),
    created_at: now,
    attempts: 0,
    attempted_at: null,
    next_attempt_at: now,
    undo: null,
    last_error: null,
    receipt: null,
    delivered_at: null,
    checked_at: null,
  };
}

/** False when the draft on disk is no longer the one that was read. */
async function freeze(world: World, item: Item, draft: Draft | null, photos: Photo[]): Promise<boolean> {
  const { db } = world;
  const write = async () => {
    // The storage broke off after it had written: this very payload is there already.
    if ((await db.items.get(item.id))?.payload_sha256 === item.payload_sha256) return true;
    if (draft) {
      const now = await db.drafts.get(draft.id);
      if (!now) throw new NoDraft(draft.id);
      if (now.updated_at !== draft.updated_at) return false;
      await db.drafts.delete(draft.id);
    }
    await db.items.add(item);
    await db.photos.bulkPut(photos.map((photo, index) => ({ ...photo, seq: index + 1 })));
    return true;
  };
  return saved(world, () => db.transaction("rw", [db.drafts, db.items, db.photos], write));
}

/** Takes Send back while nothing has left the phone: the draft is as before. False when it is too late. */
export async function undoSend({ db }: World, id: string): Promise<boolean> {
  return db.transaction("rw", [db.drafts, db.items], async () => {
    const item = await db.items.get(id);
    if (!item && (await db.drafts.get(id))) return true;
    if (!item?.undo || item.attempted_at !== null) return false;
    await db.drafts.add(item.undo);
    await db.items.delete(id);
    return true;
  });
}
