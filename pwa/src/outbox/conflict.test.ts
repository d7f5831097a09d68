// @vitest-environment node
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sendAnew } from "./conflict";
import { addPhoto, NoDraft, photosOf, startDraft } from "./drafts";
import { drain } from "./drain";
import { sendMove } from "./freeze";
import { send } from "./testServer";
import { Bench, photo } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
  bench.person = "p1";
  bench.server.person = "p1";
});

afterEach(() => bench.stop());

/** An after-photo that met a newer state of its case. */
async function parked(): Promise<string> {
  const draft = await startDraft(bench.world, "move", "case-1", "p1");
  await addPhoto(bench.world, draft.id, photo(1));
  await addPhoto(bench.world, draft.id, photo(2));
  await sendMove(bench.world, {
    caseId: "case-1",
    action: "respond",
    baseRev: 3,
    owner: "p1",
    note: "清完了",
    draftId: draft.id,
  });
  bench.server.fault = ({ method, path }, response, store) => {
    if (method !== "PUT" || path.includes("devices")) return false;
    store();
    const kept = bench.server.reports.get(draft.id);
    if (!kept) return false;
    send(response, 201, {
      ...bench.server.receipt(draft.id, kept),
      state: "conflicting",
      case: { state: "closed", rev: 7 },
    });
    return true;
  };
  await drain(bench.world);
  bench.server.fault = null;
  return draft.id;
}

test("a parked move sent anew brings its words and all its photos on the newer state", async () => {
  const old = await parked();
  expect((await bench.item(old)).state).toBe("conflicting");
  const fresh = await sendAnew(bench.world, old, { action: "respond", baseRev: 7 });
  expect(await bench.world.db.items.get(old)).toBeUndefined();
  expect(JSON.parse(fresh.payload)).toMatchObject({ action: "respond", base_rev: 7, note: "清完了" });
  await drain(bench.world);
  expect((await bench.item(fresh.id)).state).toBe("delivered");
  const arrived = [...(bench.server.reports.get(fresh.id)?.photos.values() ?? [])];
  expect(arrived.map((slot) => slot.bytes?.length)).toEqual([1000, 1000]);
});

test("a parked move can be kept as a note, photos and all", async () => {
  const fresh = await sendAnew(bench.world, await parked(), { action: "note", baseRev: 7 });
  expect(fresh.action).toBe("note");
  expect(await photosOf(bench.world, fresh.id)).toHaveLength(2);
});

test("a photo that is lost on this phone is not promised again", async () => {
  const old = await parked();
  const [first] = await photosOf(bench.world, old);
  await bench.world.db.photos.update(first?.id ?? "", { state: "missing_local" });
  const fresh = await sendAnew(bench.world, old, { action: "respond", baseRev: 7 });
  expect(JSON.parse(fresh.payload).photos).toHaveLength(1);
});

test("only a parked move can be sent anew, and only once", async () => {
  const old = await parked();
  await sendAnew(bench.world, old, { action: "respond", baseRev: 7 });
  await expect(sendAnew(bench.world, old, { action: "respond", baseRev: 7 })).rejects.toThrow(NoDraft);
});
