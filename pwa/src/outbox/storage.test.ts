// @vitest-environment node
import "fake-indexeddb/auto";
import Dexie from "dexie";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OutboxDb } from "./db";
import { credentials } from "./device";
import { addPhoto, NotSaved, photosOf, startDraft } from "./drafts";
import { drain, hurry, nextDue } from "./drain";
import { sendReport } from "./freeze";
import { onTrouble, type Trouble } from "./health";
import { checkDelivered } from "./keeping";
import { lookForLoss, noteKept, type Trace, type Witness } from "./sentinel";
import { send } from "./testServer";
import { Bench, photo } from "./testWorld";
import { TransportError } from "./transport";
import type { World } from "./world";

const DAY = 86_400_000;
const facts = { consent: "2026-11", clockOffsetMs: 0, undoMs: 0 };

let bench: Bench;
let full = false;

// A disk without room, as Chromium says it: the write of a photo breaks off its transaction.
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...all: Parameters<typeof put>) {
  if (full && this.name !== "meta") throw new DOMException("no room", "QuotaExceededError");
  return put.apply(this, all);
};
const remove = IDBObjectStore.prototype.delete;
let freeing = false;
IDBObjectStore.prototype.delete = function (...all: Parameters<typeof remove>) {
  if (freeing && this.name === "bytes") full = false;
  return remove.apply(this, all);
};

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => {
  full = false;
  freeing = false;
  return bench.stop();
});

/** The server says of everything it holds: still here. */
function checks(): void {
  bench.server.fault = ({ path }, response) => {
    if (!path.endsWith("/receipts/check")) return false;
    const receipts = [...bench.server.reports].map(([id, kept]) => bench.server.receipt(id, kept));
    send(response, 200, { receipts, unknown: [] });
    return true;
  };
}

test("a full phone is said before anything is called saved, and what is there already stays whole", async () => {
  const { world } = bench;
  const heard: Trouble[] = [];
  const stop = onTrouble((trouble) => heard.push(trouble));
  const draft = await startDraft(world, "report", null, null);
  await addPhoto(world, draft.id, photo(1));
  full = true;
  await expect(addPhoto(world, draft.id, photo(2))).rejects.toMatchObject({ name: "NotSaved", full: true });
  await expect(sendReport(world, draft.id, facts)).rejects.toMatchObject({ name: "NotSaved", full: true });
  full = false;
  stop();
  expect(heard).toEqual(["full", "full"]);
  expect(await photosOf(world, draft.id)).toHaveLength(1);
  expect(await world.db.drafts.count()).toBe(1);
  await sendReport(world, draft.id, facts);
  await drain(world);
  expect((await bench.item(draft.id)).state).toBe("delivered");
});

test("a full phone makes room from what the server has verified, oldest first, and from nothing else", async () => {
  const { world } = bench;
  const verified = await bench.report(1);
  await drain(world);
  bench.later(1000);
  checks();
  await checkDelivered(world, true);
  bench.later(1000);
  const fresh = await bench.report(1);
  await drain(world);
  const waiting = await bench.report(1);
  const draft = await startDraft(world, "report", null, null);
  full = true;
  freeing = true;
  await addPhoto(world, draft.id, photo(4));
  const here = async (id: string) =>
    (await world.db.bytes.get((await photosOf(world, id))[0]?.id ?? "")) !== undefined;
  expect(await here(verified)).toBe(false);
  expect([await here(fresh), await here(waiting), await here(draft.id)]).toEqual([true, true, true]);
});

test("without anything verified a full phone forgets nothing", async () => {
  const { world } = bench;
  const delivered = await bench.report(1);
  await drain(world);
  const draft = await startDraft(world, "report", null, null);
  full = true;
  freeing = true;
  await expect(addPhoto(world, draft.id, photo(4))).rejects.toThrow(NotSaved);
  expect(await world.db.bytes.get((await photosOf(world, delivered))[0]?.id ?? "")).toBeDefined();
});

test("a crowded phone asks for its receipts before their day and lets the oldest verified photos go", async () => {
  const { world } = bench;
  const id = await bench.report(1);
  await drain(world);
  bench.later(1000);
  checks();
  world.storage = async () => ({ used: 90_000, quota: 100_000 });
  await checkDelivered(world);
  expect(await world.db.bytes.count()).toBe(0);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("photos of staff stay a day after delivery, those of citizens a week", async () => {
  const { world } = bench;
  bench.person = "anna";
  bench.server.person = "anna";
  const annas = await bench.report(1, "anna");
  const citizens = await bench.report(1, null);
  await drain(world);
  checks();
  bench.later(DAY - 1000);
  await checkDelivered(world);
  expect(await world.db.items.get(annas)).toBeDefined();
  bench.later(2000);
  await checkDelivered(world);
  expect(await world.db.items.get(annas)).toBeUndefined();
  expect(await world.db.items.get(citizens)).toBeDefined();
  bench.later(6 * DAY);
  await checkDelivered(world);
  expect(await world.db.items.get(citizens)).toBeUndefined();
});

test("nothing is forgotten while no check could be made", async () => {
  const { world } = bench;
  const id = await bench.report(1);
  await drain(world);
  bench.later(30 * DAY);
  bench.offline();
  await checkDelivered(world).catch(() => undefined);
  expect(await world.db.items.get(id)).toBeDefined();
  expect(await world.db.bytes.count()).toBe(1);
});

test("a photo the server refused as none is kept until its maker lets it go", async () => {
  const { world } = bench;
  const id = await bench.report(1);
  await drain(world);
  const [row] = await photosOf(world, id);
  const kept = bench.server.reports.get(id);
  const slot = kept?.photos.get(row?.id ?? "");
  if (slot) slot.slot = "refused";
  checks();
  bench.later(20 * DAY);
  await checkDelivered(world);
  expect(await world.db.bytes.count()).toBe(1);
});

test("what version 1 of the app left on the phone is read and sent by this one", async () => {
  const name = "an old phone";
  const old = new Dexie(name);
  old.version(1).stores({
    drafts: "id, kind, updated_at",
    items: "id, state, subject, created_at",
    photos: "id, item_id",
    bytes: "photo_id",
    thumbs: "photo_id",
    meta: "key",
  });
  const { bytes, mime } = photo(1);
  await old.table("items").bulkAdd([...oldItems]);
  await old.table("photos").bulkAdd([...oldPhotos]);
  await old.table("bytes").add({ photo_id: oldPhotos[0].id, bytes });
  await old.table("drafts").add(oldDraft);
  await old
    .table("photos")
    .add({ ...oldPhotos[0], id: "01a20a00-0000-7000-8000-00000000000f", item_id: oldDraft.id });
  await old.table("bytes").add({ photo_id: "01a20a00-0000-7000-8000-00000000000f", bytes });
  old.close();
  expect(mime).toBe("image/jpeg");

  bench.world.db = new OutboxDb(name);
  const { world } = bench;
  await sendReport(world, oldDraft.id, facts);
  await drain(world);
  expect((await bench.item(oldItems[0].id)).state).toBe("delivered");
  expect((await bench.item(oldDraft.id)).state).toBe("delivered");
  expect(bench.server.reports.get(oldItems[0].id)?.payload.toString()).toBe(oldItems[0].payload);
  expect(await world.db.items.orderBy("delivered_at").count()).toBe(2);
});

/** Rows as the first version wrote them (2026-11-24). */
const oldPayload =
  '{"schema_version":1,"id":"01a20a00-0000-7000-8000-000000000001","captured_by":null,"category":"E0104",' +
  '"condition":null,"description":"","location":null,"captured_at_device":"2026-11-24T08:00:00.000+08:00",' +
  '"clock_offset_ms":0,"consent":"2026-11","photos":[{"id":"01a20a00-0000-7000-8000-000000000002","seq":1,' +
  '"sha256":"353c38352a855c80f4ecb0793a76493228541b5fab5ef7af26effac91e77ec46","size":1000,"mime":"image/jpeg",' +
  '"width":4,"height":3,"taken_at":null,"exif":null}]}';

const oldItems = [
  {
    id: "01a20a00-0000-7000-8000-000000000001",
    kind: "report",
    subject: null,
    action: null,
    owner: null,
    state: "queued",
    payload: oldPayload,
    payload_sha256: "62d9f6d908c44d4ffd3a6527c4ad8d93420503b3e69e96067c5695cd294e2182",
    created_at: 1_795_478_400_000,
    attempts: 4,
    attempted_at: 1_795_478_500_000,
    undo: null,
    next_attempt_at: 1_795_478_500_000,
    last_error: { status: 0, code: "offline", detail: "", at: 1_795_478_500_000 },
    receipt: null,
    delivered_at: null,
    checked_at: null,
  },
] as const;

const oldPhotos = [
  {
    id: "01a20a00-0000-7000-8000-000000000002",
    item_id: "01a20a00-0000-7000-8000-000000000001",
    seq: 1,
    sha256: "353c38352a855c80f4ecb0793a76493228541b5fab5ef7af26effac91e77ec46",
    size: 1000,
    mime: "image/jpeg",
    width: 4,
    height: 3,
    taken_at: null,
    exif: null,
    state: "queued",
    reason: null,
  },
] as const;

const oldDraft = {
  id: "01a20a00-0000-7000-8000-000000000003",
  kind: "report",
  subject: null,
  owner: null,
  report: { category: "E0104", condition: null, description: "", pin: null },
  fix: null,
  captured_at: "2026-11-24T08:01:00.000+08:00",
  updated_at: 1_795_478_460_000,
};

function memory(): Witness & { trace: Trace | null } {
  const kept = {
    trace: null as Trace | null,
    read: () => kept.trace,
    write: (trace: Trace) => {
      kept.trace = trace;
    },
  };
  return kept;
}

test("a browser that removed this app's data is noticed: when it was last seen, and how much was unsent", async () => {
  const { world } = bench;
  const outside = memory();
  await noteKept(world, [outside], 2);
  const seen = bench.time;
  bench.later(3 * DAY);
  world.db.close();
  await Dexie.delete(world.db.name);
  world.db = new OutboxDb(world.db.name);
  expect(await lookForLoss(world, [outside])).toEqual({ seen, noticed: bench.time, unsent: 2 });
  // It stays until somebody has read it, and is not found twice.
  bench.later(DAY);
  expect(await lookForLoss(world, [outside])).toMatchObject({ seen, noticed: bench.time - DAY });
});

test("a phone that never kept anything, or still has it, hears of no loss", async () => {
  const { world } = bench;
  const outside = memory();
  await noteKept(world, [outside], 0);
  expect(outside.trace).toBeNull();
  expect(await lookForLoss(world, [outside])).toBeNull();
  await noteKept(world, [outside], 1);
  expect(await lookForLoss(world, [outside])).toBeNull();
});

test("a network that flaps every two seconds for three minutes causes at most one attempt in two seconds", async () => {
  const { world } = bench;
  const id = await bench.report(1);
  let attempts = 0;
  world.send = async ({ method, path }) => {
    if (method === "PUT" && path.endsWith(id)) attempts++;
    // The phone registers before it sends; everything after that gets lost on the way.
    if (path.endsWith("/devices")) return registered(await device(world));
    throw new TransportError("offline");
  };
  for (let second = 1; second <= 180; second++) {
    bench.later(1000);
    // Every two seconds the browser says "online", and whatever is due by then is tried.
    if (second % 2 === 0) await hurry(world);
    if (((await nextDue(world)) ?? Number.POSITIVE_INFINITY) <= bench.time) await drain(world);
  }
  expect(attempts).toBeGreaterThan(10);
  expect(attempts).toBeLessThanOrEqual(90);
}, 60_000);

const device = async (world: World) => (await credentials(world)).device_id;

const registered = (device_id: string) => ({
  status: 201,
  header: () => "1",
  text: JSON.stringify({ device_id, token: "t" }),
});
