import { DeviceBlocked, forgetToken, NotRegistered, token } from "./device";
import { photosOf } from "./drafts";
import { type Asked, judge, type Verdict } from "./judge";
import { setSent } from "./progress";
import { begin, park, refusePhoto, settle } from "./settle";
import { type Request, TransportError } from "./transport";
import type { Item, ItemError, Photo } from "./types";
import { payloadRequest, photoRequest, receiptRequest } from "./wire";
import type { World } from "./world";

const AGAIN_AT_ONCE = 2;

/** Sends an item's payload. True: the drain may go on. */
export async function sendPayload(world: World, id: string): Promise<boolean> {
  const item = await begin(world, id);
  if (!item) return true;
  const photos = await photosOf(world, id);
  const verdict = await ask(world, item, photos, "payload", (bearer) => payloadRequest(item, bearer));
  return settle(world, id, verdict);
}

/** Sends one photo of an item whose payload the server knows. True: the drain may go on. */
export async function sendPhoto(world: World, id: string, photo: Photo): Promise<boolean> {
  const item = await begin(world, id);
  if (!item) return true;
  const kept = await world.db.bytes.get(photo.id);
  if (!kept) {
    // Never skipped in silence: the person reads that this photo is lost on this phone.
    await world.db.photos.update(photo.id, { state: "missing_local", reason: null });
    return true;
  }
  const photos = await photosOf(world, id);
  const progress = (bytes: number) => setSent(photo.id, bytes);
  const verdict = await ask(
    world,
    item,
    photos,
    "photo",
    (bearer) => photoRequest(item, photo, kept.bytes, bearer, progress),
    photo.id,
  );
  setSent(photo.id, null);
  if (verdict.kind !== "photo_refused") return settle(world, id, verdict);
  await refusePhoto(world, photo.id, verdict.reason);
  return true;
}

/** Nothing is left to send, yet no receipt said so: asks for it. True: the drain may go on. */
export async function askReceipt(world: World, id: string): Promise<boolean> {
  const item = await begin(world, id);
  if (!item) return true;
  const photos = await photosOf(world, id);
  const verdict = await ask(world, item, photos, "receipt", (bearer) => receiptRequest(item, bearer));
  const waits = verdict.kind === "receipt" && verdict.receipt.state === "receiving";
  const more = await settle(world, id, verdict);
  if (waits && photos.every((photo) => photo.state !== "queued")) {
    const error: ItemError = { status: 200, code: "receiving", detail: "", at: world.now() };
    await settle(world, id, { kind: "later", error, retryAfterMs: null, everything: false });
  }
  return more;
}

async function ask(
  world: World,
  item: Item,
  photos: Photo[],
  asked: Asked,
  request: (bearer: string) => Request,
  photoId: string | null = null,
): Promise<Verdict> {
  let verdict: Verdict = { kind: "again" };
  for (let round = 0; round <= AGAIN_AT_ONCE; round++) {
    const before = world.signIns?.();
    verdict = await once(world, item, photos, asked, request, photoId);
    // Somebody signed in while it was on its way: the session that it came with is not the one there is now.
    if (verdict.kind === "sign_in" && verdict.error.code === "sign_in" && world.signIns?.() !== before) {
      verdict = { kind: "again" };
    }
    if (verdict.kind === "new_token") await forgetToken(world);
    else if (verdict.kind !== "again") return verdict;
  }
  if (verdict.kind !== "again") return verdict;
  const error: ItemError = { status: 422, code: "digest_mismatch", detail: "", at: world.now() };
  return { kind: "later", error, retryAfterMs: null, everything: false };
}

async function once(
  world: World,
  item: Item,
  photos: Photo[],
  asked: Asked,
  request: (bearer: string) => Request,
  photoId: string | null = null,
): Promise<Verdict> {
  let bearer: string;
  try {
    bearer = await token(world);
  } catch (failure) {
    return notRegistered(world, failure);
  }
  try {
    return judge(await world.send(request(bearer)), asked, item, photos, world.now());
  } catch (failure) {
    if (!(failure instanceof TransportError)) throw failure;
    const lost = later(world, failure.kind);
    return asked === "receipt" ? lost : afterSilence(world, item, photos, bearer, lost, photoId);
  }
}

/** The request may have arrived although no answer came: the receipt tells. */
async function afterSilence(
  world: World,
  item: Item,
  photos: Photo[],
  bearer: string,
  lost: Verdict,
  photoId: string | null,
): Promise<Verdict> {
  try {
    const answer = await world.send(receiptRequest(item, bearer));
    const verdict = judge(answer, "receipt", item, photos, world.now());
    if (verdict.kind !== "receipt") return lost;
    // The photo did not arrive: waiting times count, or a network that lets only small things pass is asked for ever.
    const expected = verdict.receipt.photos.some(({ id, slot }) => id === photoId && slot === "expected");
    return expected ? lost : verdict;
  } catch (failure) {
    if (!(failure instanceof TransportError)) throw failure;
    return lost;
  }
}

function later(world: World, code: string, status = 0, retryAfterMs: number | null = null): Verdict {
  return {
    kind: "later",
    error: { status, code, detail: "", at: world.now() },
    retryAfterMs,
    everything: true,
  };
}

function notRegistered(world: World, failure: unknown): Verdict {
  if (failure instanceof DeviceBlocked) {
    return {
      kind: "attention",
      error: { status: 403, code: "device_blocked", detail: "", at: world.now() },
    };
  }
  if (failure instanceof TransportError) return later(world, failure.kind);
  if (failure instanceof NotRegistered) {
    const wait = Number(failure.answer.header("Retry-After"));
    const { status } = failure.answer;
    const code = status === 429 ? "too_many" : "server_down";
    return later(world, code, status, Number.isFinite(wait) && wait > 0 ? wait * 1000 : null);
  }
  throw failure;
}

/** Owned by somebody who is not signed in here now: it waits, whole, for that person. */
export async function parkForOwner(world: World, id: string): Promise<void> {
  const code = world.person() === null ? "sign_in" : "wrong_account";
  await park(world, id, "needs_sign_in", { status: 0, code, detail: "", at: world.now() });
}
