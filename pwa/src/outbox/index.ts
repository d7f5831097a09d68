/** What screens may use of the outbox. No Vue in this folder: the page tells it who is signed in. */
import type * as conflict from "./conflict";
import { db, getMeta, setMeta } from "./db";
import * as drafts from "./drafts";
import * as freezing from "./freeze";
import type { RescueFile, RescueKey } from "./rescue";
import { makeRoom } from "./room";
import type { Runner } from "./runner";
import type { Loss } from "./sentinel";
import type { Send } from "./transport";
import type { Draft, Item, Kind, Photo, PhotoRole } from "./types";
import type { World } from "./world";

export type { Anew } from "./conflict";
export { db } from "./db";
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

const world: World = {
  db,
  send: async (request) => (await network()).send(request),
  now: () => Date.now(),
  random: () => Math.random(),
  storage: storageState,
  person: () => null,
  sessionEnded: () => undefined,
};

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
  const part = await import("./sending");
  const awake = new part.Awake();
  awake.start();
  const fetching = part.byFetch("");
  runner = new part.Runner(
    world,
    () => navigator.onLine,
    (sending) => awake.set(sending),
  );
  // Only an upload in a page can be watched; everything else is small.
  return { part, runner, send: (request) => (request.onProgress ? part.byXhr(request) : fetching(request)) };
}

/** Tells the outbox who has a living session here; before anything can be saved. */
export function wireWorld(wiring: Pick<World, "person" | "sessionEnded">): void {
  Object.assign(world, wiring);
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
  return sentinel.lookForLoss(world, [sentinel.localWitness, sentinel.cookieWitness]);
}

export async function noteKept(unsent: number): Promise<void> {
  const { sentinel } = (await network()).part;
  await sentinel.noteKept(world, [sentinel.localWitness, sentinel.cookieWitness], unsent);
}

export const lossRead = async (): Promise<void> => (await network()).part.sentinel.lossRead(db);

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
export const deviceToken = (): Promise<string | null> =>
  getMeta<{ token: string | null }>("device").then(
    (device) => device?.token ?? null,
    () => null,
  );

export const startDraft = (kind: Kind, subject: string | null, owner: string | null): Promise<Draft> =>
  drafts.startDraft(world, kind, subject, owner);
export const startMove = (caseId: string, owner: string | null): Promise<Draft> =>
  drafts.startDraft(world, "move", caseId, owner);
export const changeDraft = (id: string, change: Parameters<typeof drafts.changeDraft>[2]): Promise<void> =>
  drafts.changeDraft(world, id, change);
export const addPhoto = (draftId: string, photo: drafts.NewPhoto): Promise<Photo> =>
  drafts.addPhoto(world, draftId, photo);
export const setRole = (photoId: string, role: PhotoRole): Promise<void> =>
  drafts.setRole(world, photoId, role);
export const removePhoto = (photoId: string): Promise<void> => drafts.removePhoto(world, photoId);
export const openDrafts = (owner: string | null): Promise<Draft[]> => drafts.openDrafts(world, owner);
export const discardDraft = (id: string): Promise<void> => drafts.discardDraft(world, id);
export const photosOf = (itemId: string): Promise<Photo[]> => drafts.photosOf(world, itemId);

export async function sendReport(draftId: string, facts: freezing.ReportFacts): Promise<Item> {
  const item = await freezing.sendReport(world, draftId, facts);
  saved();
  return item;
}

export async function sendMove(facts: freezing.MoveFacts): Promise<Item> {
  const item = await freezing.sendMove(world, facts);
  saved();
  return item;
}

/** A parked move goes again on the state that its maker sees now, or stays as a note; its photos come along. */
export async function sendAnew(id: string, anew: conflict.Anew): Promise<Item> {
  const item = await (await network()).part.sendAnew(world, id, anew);
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
  return rescue.rescueFile(world, key, facts, onPhoto);
}

export const markExported = async (ids: string[]): Promise<void> =>
  (await import("./rescue")).markExported(world, ids);

/** The server's key is kept beside the work it is for: the export has to work without network. */
export async function keepRescueKey(key: RescueKey): Promise<void> {
  if ((await keptRescueKey())?.kid !== key.kid) await setMeta("rescue_key", { ...key });
}

/** Whether this phone really keeps what is written; the time it took, in ms. */
export const probeStorage = async (): Promise<number> => (await import("./probe")).probeStorage(world);

export const keptRescueKey = (): Promise<RescueKey | null> => getMeta<RescueKey>("rescue_key");

export const undoSend = (id: string): Promise<boolean> => freezing.undoSend(world, id);

/** A person wants everything sent now. */
export const sendNow = async (): Promise<void> => (await network()).runner.wake(true);

export async function retry(id: string): Promise<void> {
  const net = await network();
  await net.part.retryItem(world, id);
  await net.runner.wake(true);
}

export async function resume(person: string): Promise<void> {
  const net = await network();
  await net.part.resumeOwner(world, person);
  await net.runner.run();
}

/** Asks once more for what arrived and lets its photos go at once; the bytes that became free. */
export async function clearDelivered(): Promise<number> {
  await (await network()).part.checkDelivered(world, true);
  return makeRoom(world, Number.POSITIVE_INFINITY);
}

export const letGo = async (id: string): Promise<void> => (await network()).part.letGo(world, id);
export const giveUp = async (id: string): Promise<void> => (await network()).part.giveUp(world, id);
