// @vitest-environment node
import "fake-indexeddb/auto";
import Dexie from "dexie";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OutboxDb } from "./db";
import { addPhoto, changeDraft, NotSaved, photosOf, startDraft } from "./drafts";
import { drain } from "./drain";
import { sendReport, undoSend } from "./freeze";
import { onTrouble, type Trouble } from "./health";
import { Bench, photo } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => {
  broken = 0;
  return bench.stop();
});

const facts = { consent: "2026-11", clockOffsetMs: 0, undoMs: 0 };

let broken = 0;
let sign = () => new DOMException("", "UnknownError");

// Dexie takes the method when it opens a connection, so it is in place before the first one.
const real = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (...all: Parameters<typeof real>) {
  if (broken > 0) {
    broken--;
    throw sign();
  }
  return real.apply(this, all);
};

/** The browser's process answers the next `times` transactions with what WebKit says then. */
function severed(times: number, error: () => DOMException): void {
  broken = times;
  sign = error;
}

const lost = () => new DOMException("Connection to Indexed Database server lost.", "UnknownError");

test("a report is made, sent and delivered although the storage is severed at every step", async () => {
  const { world } = bench;
  const draft = await startDraft(world, "report", null, null);
  severed(1, lost);
  await addPhoto(world, draft.id, photo(1));
  severed(2, lost);
  await changeDraft(world, draft.id, { report: { category: "E0104" } });
  severed(1, () => new DOMException("The database connection is closing.", "InvalidStateError"));
  await sendReport(world, draft.id, facts);
  severed(1, lost);
  await drain(world);
  expect((await bench.item(draft.id)).state).toBe("delivered");
  expect([...(bench.server.reports.get(draft.id)?.photos.values() ?? [])][0]?.bytes?.length).toBe(1000);
});

test("a connection that the browser closed behind our back is opened again", async () => {
  const { world } = bench;
  const draft = await startDraft(world, "report", null, null);
  world.db.backendDB().close();
  await addPhoto(world, draft.id, photo(1));
  expect(await photosOf(world, draft.id)).toHaveLength(1);
});

test("operations that meet the same loss at once all come through", async () => {
  const { world } = bench;
  const draft = await startDraft(world, "report", null, null);
  severed(4, lost);
  await Promise.all([
    addPhoto(world, draft.id, photo(1)),
    photosOf(world, draft.id),
    world.db.drafts.get(draft.id),
    changeDraft(world, draft.id, { report: { description: "井盖" } }),
  ]);
  expect((await world.db.drafts.get(draft.id))?.report?.description).toBe("井盖");
  expect(await photosOf(world, draft.id)).toHaveLength(1);
});

test("what was written although no answer came is written once, and is called saved", async () => {
  const { world } = bench;
  let silent = 0;
  const plain = Dexie.prototype.transaction as (...all: unknown[]) => Promise<unknown>;
  vi.spyOn(Dexie.prototype, "transaction").mockImplementation(function (this: Dexie, ...all: unknown[]) {
    return plain.apply(this, all).then((done) => {
      if (silent-- > 0) throw lost();
      return done;
    }) as never;
  });
  world.db = new OutboxDb("answers get lost");
  const draft = await startDraft(world, "report", null, null);
  silent = 1;
  await addPhoto(world, draft.id, photo(1));
  expect(await photosOf(world, draft.id)).toMatchObject([{ seq: 1 }]);
  silent = 1;
  const item = await sendReport(world, draft.id, { ...facts, undoMs: 5000 });
  expect(await world.db.items.toArray()).toMatchObject([{ payload_sha256: item.payload_sha256 }]);
  silent = 1;
  expect(await undoSend(world, draft.id)).toBe(true);
  expect(await world.db.drafts.count()).toBe(1);
});

test("a storage that never comes back is said, and nothing was called saved", async () => {
  const { world } = bench;
  const draft = await startDraft(world, "report", null, null);
  const heard: Trouble[] = [];
  const stop = onTrouble((trouble) => heard.push(trouble));
  severed(1000, lost);
  await expect(addPhoto(world, draft.id, photo(1))).rejects.toThrow(NotSaved);
  stop();
  expect(heard).toContain("lost");
});

test("a database that was closed on purpose stays closed", async () => {
  const other = new OutboxDb("closed on purpose");
  await other.open();
  other.close();
  await expect(other.items.count()).rejects.toThrow(Dexie.DatabaseClosedError);
});
