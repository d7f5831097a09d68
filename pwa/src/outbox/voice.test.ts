// @vitest-environment node
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addPhoto, photosOf, startDraft } from "./drafts";
import { drain } from "./drain";
import { sendReport } from "./freeze";
import { statusOf } from "./status";
import { problem, send } from "./testServer";
import { Bench, photo } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => bench.stop());

const spoken = (fill: number) => ({
  ...photo(fill),
  mime: "audio/webm",
  width: null,
  height: null,
  role: "voice" as const,
});

/** A report of one photo and a voice note that was spoken first; its id. */
async function report(): Promise<string> {
  const { id } = await startDraft(bench.world, "report", null, null);
  await addPhoto(bench.world, id, spoken(7));
  await addPhoto(bench.world, id, photo(1));
  await sendReport(bench.world, id, { consent: "2026-11", clockOffsetMs: 0, undoMs: 0 });
  return id;
}

const says = async (id: string) => {
  const { key, facts } = statusOf(await bench.item(id), await photosOf(bench.world, id), bench.time);
  return [key, facts.sent, facts.total];
};

test("a voice note travels last, as what it is, and the phone is told that all of it arrived", async () => {
  const id = await report();
  await drain(bench.world);
  const puts = bench.server.seen.filter(({ method }) => method === "PUT");
  expect(puts.map(({ headers }) => headers["content-type"])).toEqual([
    "application/json",
    "image/jpeg",
    "audio/webm",
  ]);
  expect(await says(id)).toEqual(["pending.state_received", 1, 1]);
});

test("while only the voice is still here, the phone says so and counts no photo", async () => {
  bench.server.fault = ({ headers }, response) => {
    if (headers["content-type"] !== "audio/webm") return false;
    response.destroy();
    return true;
  };
  const id = await report();
  await drain(bench.world);
  expect(await says(id)).toEqual(["pending.state_voice", 1, 1]);
});

test("a voice that the server refuses is named, and its bytes stay here", async () => {
  bench.server.fault = ({ headers, path }, response) => {
    if (headers["content-type"] === "audio/webm") {
      const slot = bench.server.reports.get(path.split("/")[4] ?? "")?.photos;
      for (const row of slot?.values() ?? []) if (row.slot === "expected") row.slot = "refused";
      const [status, body] = problem(415, "not_audio", { reason: "not_audio" });
      send(response, status, body);
      return true;
    }
    return false;
  };
  const id = await report();
  await drain(bench.world);
  expect(await says(id)).toEqual(["pending.state_voice_refused", 1, 1]);
  expect((await bench.item(id)).last_error).toMatchObject({ code: "voice_refused" });
  expect(await bench.world.db.bytes.count()).toBe(2);
});

test("a draft has one voice note: a new one takes the old one's place, bytes and all", async () => {
  const { id } = await startDraft(bench.world, "report", null, null);
  await addPhoto(bench.world, id, photo(1));
  await addPhoto(bench.world, id, spoken(2));
  const last = await addPhoto(bench.world, id, spoken(3));
  expect((await photosOf(bench.world, id)).map((row) => row.role)).toEqual([undefined, "voice"]);
  expect(await bench.world.db.bytes.count()).toBe(2);
  expect(new Uint8Array((await bench.world.db.bytes.get(last.id))?.bytes ?? new ArrayBuffer())[0]).toBe(3);
});
