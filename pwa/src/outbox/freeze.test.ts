// @vitest-environment node
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addPhoto, changeDraft, photosOf, setRole, startDraft } from "./drafts";
import { sendReport } from "./freeze";
import { Bench, photo } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => bench.stop());

const facts = { consent: "2026-11", clockOffsetMs: 0, undoMs: 0 };
type Sent = { kind?: string; photos: { role?: string }[] };

test("what was dealt with on the spot says so, and which photo shows it done", async () => {
  const draft = await startDraft(bench.world, "report", null, "anna");
  await addPhoto(bench.world, draft.id, photo(1));
  await addPhoto(bench.world, draft.id, { ...photo(2), role: "after" });
  await changeDraft(bench.world, draft.id, { report: { kind: "self_handled" } });
  const sent = JSON.parse((await sendReport(bench.world, draft.id, facts)).payload) as Sent;
  expect(sent.kind).toBe("self_handled");
  expect(sent.photos.map((row) => row.role)).toEqual([undefined, "after"]);
});

test("a report of a problem has no word that a server of yesterday does not know", async () => {
  const id = await bench.report(1);
  const sent = JSON.parse((await bench.item(id)).payload) as Sent;
  expect("kind" in sent).toBe(false);
  expect("role" in (sent.photos[0] as object)).toBe(false);
});

test("what a photo shows can be changed until Send, and not after", async () => {
  const draft = await startDraft(bench.world, "report", null, null);
  const { id } = await addPhoto(bench.world, draft.id, photo(1));
  await setRole(bench.world, id, "after");
  await sendReport(bench.world, draft.id, facts);
  await setRole(bench.world, id, "before");
  expect((await photosOf(bench.world, draft.id))[0]?.role).toBe("after");
});
