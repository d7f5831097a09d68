/** What screens may use of the outbox. No Vue in this folder: the page tells it who is signed in. */
import type * as conflict from "./conflict";
import type { OutboxDb } from "./db";
import * as drafts from "./drafts";
import * as freezing from "./freeze";
import type { RescueFile, RescueKey } from "./rescue";
import { makeRoom } from "./room";
import type { Runner } from "./runner";
import type { Loss } from "./sentinel";
import type { Send } from "./transport";
import type { Draft, Item, Kind, Photo, PhotoRole } from "./types";
import { DATABASE, type World } from "./world";

export type { Anew } from "./conflict";
export type { NewPhoto } from "./drafts";
export { NoDraft, NotSaved } from "./drafts";
export type { MoveFacts, ReportFacts } from "./freeze";
export { onTrouble, type Trouble } from "./health";
export { instant } from "./instant";
export { isVoice, pictures } from "./pictures";
export { onProgress, sentOf } from "./progress";
export type { RescueFile, RescueKey } from "./rescue";
export { keptUntil } from "./room";
export type { Loss } from "./sentinel";
export { type Status, statusOf } from "./status";
export type * from "./types";

/** The database and the library for it, a third of all script, come once the page is painted. */
const loadStorage = () => import("./db");

const outside: Omit<World, "db"> = {
  send: async (request) => (await network()).send(request),
  now: () => Date.now(),
  random: () => Math.random(),
  storage: storageState,
  person: () => null,
  sessionEnded: () => undefined,
};
let whole: Promise<World> | null = null;

/** The outbox's world, with the phone's storage; loaded once, and tried again where it could not be had. */
function world(): Promise<World> {
  whole ??= loadStorage().then(
    ({ db }) => Object.assign(outside, { db }),
    (failure: unknown) => {
      whole = null;
      throw failure;
    },
  );
  return whole;
}

/** The phone's storage, for screens that read it. */
export const storage = async (): Promise<OutboxDb> => (await world()).db;

/**
 * Tells `next` what `read` finds now, and again whenever that changes, in any tab. Returns what ends it. `read` may
 * only wait for the database it is given.
 */
export function follow<T>(
  read: (db: OutboxDb) => Promise<T>,
  next: (found: T) => void,
  failed: (failure: unknown) => void,
): () => void {
  let over = false;
  let running: { unsubscribe: () => void } | null = null;
  loadStorage().then(({ db, liveQuery }) => {
    if (!over) running = liveQuery(() => read(db)).subscribe({ next, error: failed });
  }, failed);
  return () => {
    over = true;
    running?.unsubscribe();
  };
}

interface Network {
  part: typeof import("./sending");
  runner: Runner;
  send: Send;
}

const RETRY_MS = 15_000;
let loading: Promise<Network> | null = null;
let runner: Runner | null = null;

/** Everything that sends, loaded once; a phone that loses its network on the very first visit tries again. */
function network(): Promise<Network> {
  loading ??= load().catch((failure: unknown) => {
    loading = null;
    throw failure;
  });
  return loading;
}

async function load(): Promise<Network> {
  const [part, here] = await Promise.all([import("./sending"), world()]);
  const awake = new part.Awake();
  awake.start();
  const fetching = part.byFetch("");
  runner = new part.Runner(
    here,
    () => navigator.onLine,
    (sending) => awake.set(sending),
  );
  // Only an upload in a page can be watched; everything else is small.
  return { part, runner, send: (request) => (request.onProgress ? part.byXhr(request) : fetching(request)) };
}

/** Tells the outbox who has a living session here; before anything can be saved. */
export function wireWorld(wiring: Pick<World, "person" | "signIns" | "sessionEnded">): void {
  Object.assign(outside, wiring);
}

/** Starts sending in this page. */
export function startOutbox(): void {
  network().then(
    (net) => net.runner.start(),
    () => setTimeout(startOutbox, RETRY_MS),
  );
}

/** What is on disk goes out now, or later by itself when the sending cannot be loaded. */
const run = (): Promise<void> =>
  network()
    .then((net) => net.runner.run())
    .catch(() => undefined);

/** Whether something is on its way from this page right now. */
export const isSending = (): boolean => runner?.busy ?? false;

/** What the browser removed since the app was open last; null: nothing, or the person has read it. */
export async function lookForLoss(): Promise<Loss | null> {
  const { sentinel } = (await network()).part;
  return sentinel.lookForLoss(await world(), [sentinel.localWitness, sentinel.cookieWitness]);
}

export async function noteKept(unsent: number): Promise<void> {
  const { sentinel } = (await network()).part;
  await sentinel.noteKept(await world(), [sentinel.localWitness, sentinel.cookieWitness], unsent);
}

export const lossRead = async (): Promise<void> => (await network()).part.sentinel.lossRead(await storage());

async function storageState(): Promise<{ used: number; quota: number } | null> {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  return usage !== undefined && quota ? { used: usage, quota } : null;
}

/** After saved work: asks the browser to keep it, and to call us when there is network again. */
function saved(): void {
  void navigator.storage?.persist?.().catch(() => false);
  void navigator.serviceWorker?.getRegistration().then(async (registration) => {
    const { sync } = (registration ?? {}) as { sync?: { register: (tag: string) => Promise<void> } };
    // A bonus: browsers without it, or with it forbidden, send when the app is open.
    await sync?.register("drain").catch(() => undefined);
  });
  void run();
}

/** The device's token if the phone has one; never asks the network. */
export async function deviceToken(): Promise<string | null> {
  try {
    if (!whole && (await neverUsed())) return null;
    const { getMeta } = await loadStorage();
    return (await getMeta<{ token: string | null }>("device"))?.token ?? null;
  } catch {
    return null;
  }
}

/** Whoever opens a link for the first time has no storage that would have to be waited for. */
async function neverUsed(): Promise<boolean> {
  const known = await indexedDB.databases?.();
  return known !== undefined && !known.some(({ name }) => name === DATABASE);
}

export const startDraft = async (kind: Kind, subject: string | null, owner: string | null): Promise<Draft> =>
  drafts.startDraft(await world(), kind, subject, owner);
export const startMove = async (caseId: string, owner: string | null): Promise<Draft> =>
  drafts.startDraft(await world(), "move", caseId, owner);
export const changeDraft = async (
  id: string,
  change: Parameters<typeof drafts.changeDraft>[2],
): Promise<void> => drafts.changeDraft(await world(), id, change);
export const addPhoto = async (draftId: string, photo: drafts.NewPhoto): Promise<Photo> =>
  drafts.addPhoto(await world(), draftId, photo);
export const setRole = async (photoId: string, role: PhotoRole): Promise<void> =>
  drafts.setRole(await world(), photoId, role);
export const removePhoto = async (photoId: string): Promise<void> =>
  drafts.removePhoto(await world(), photoId);
export const openDrafts = async (owner: string | null): Promise<Draft[]> =>
  drafts.openDrafts(await world(), owner);
export const discardDraft = async (id: string): Promise<void> => drafts.discardDraft(await world(), id);
export const photosOf = async (itemId: string): Promise<Photo[]> => drafts.photosOf(await world(), itemId);

export async function sendReport(draftId: string, facts: freezing.ReportFacts): Promise<Item> {
  const item = await freezing.sendReport(await world(), draftId, facts);
  saved();
  return item;
}

export async function sendMove(facts: freezing.MoveFacts): Promise<Item> {
  const item = await freezing.sendMove(await world(), facts);
  saved();
  return item;
}

/** A parked move goes again on the state that its maker sees now, or stays as a note; its photos come along. */
export async function sendAnew(id: string, anew: conflict.Anew): Promise<Item> {
  const item = await (await network()).part.sendAnew(await world(), id, anew);
  saved();
  return item;
}

/** Everything unsent as a file for the server's staff; loaded only when wanted. See rescue.ts. */
export async function rescueFile(
  key: RescueKey,
  facts: Pick<freezing.ReportFacts, "consent" | "clockOffsetMs">,
  onPhoto?: (done: number, total: number) => void,
): Promise<RescueFile> {
  const rescue = await import("./rescue");
  return rescue.rescueFile(await world(), key, facts, onPhoto);
}

export const markExported = async (ids: string[]): Promise<void> =>
  (await import("./rescue")).markExported(await world(), ids);

/** The server's key is kept beside the work it is for: the export has to work without network. */
export async function keepRescueKey(key: RescueKey): Promise<void> {
  const { getMeta, setMeta } = await loadStorage();
  if ((await getMeta<RescueKey>("rescue_key"))?.kid !== key.kid) await setMeta("rescue_key", { ...key });
}

/** Whether this phone really keeps what is written; the time it took, in ms. */
export const probeStorage = async (): Promise<number> =>
  (await import("./probe")).probeStorage(await world());

export const keptRescueKey = async (): Promise<RescueKey | null> =>
  (await loadStorage()).getMeta<RescueKey>("rescue_key");

export const undoSend = async (id: string): Promise<boolean> => freezing.undoSend(await world(), id);

/** A person wants everything sent now. */
export const sendNow = async (): Promise<void> => (await network()).runner.wake(true);

export async function retry(id: string): Promise<void> {
  const net = await network();
  await net.part.retryItem(await world(), id);
  await net.runner.wake(true);
}

export async function resume(person: string): Promise<void> {
  const net = await network();
  await net.part.resumeOwner(await world(), person);
  await net.runner.run();
}

/** Asks once more for what arrived and lets its photos go at once; the bytes that became free. */
export async function clearDelivered(): Promise<number> {
  await (await network()).part.checkDelivered(await world(), true);
  return makeRoom(await world(), Number.POSITIVE_INFINITY);
}

export const letGo = async (id: string): Promise<void> => (await network()).part.letGo(await world(), id);
export const giveUp = async (id: string): Promise<void> => (await network()).part.giveUp(await world(), id);
