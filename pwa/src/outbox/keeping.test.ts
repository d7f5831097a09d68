// @vitest-environment node
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addPhoto, photosOf, startDraft } from "./drafts";
import { drain, retryItem } from "./drain";
import { sendMove, sendReport, undoSend } from "./freeze";
import { checkDelivered, giveUp } from "./keeping";
import { withLease } from "./lock";
import { problem, send } from "./testServer";
import { Bench, photo } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => bench.stop());

test("Send can be taken back for five seconds, and nothing leaves the phone before", async () => {
  const id = await bench.report(2, null, 5000);
  await drain(bench.world);
  expect(bench.server.seen).toEqual([]);
  expect(await undoSend(bench.world, id)).toBe(true);
  expect((await bench.world.db.drafts.get(id))?.report?.category).toBe("E0104");
  expect(await photosOf(bench.world, id)).toHaveLength(2);
  await sendReport(bench.world, id, { consent: "2026-11", clockOffsetMs: 0, undoMs: 5000 });
  bench.later(5000);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
  expect(await undoSend(bench.world, id)).toBe(false);
});

test("the payload is frozen: what the server holds is what was hashed at Send", async () => {
  const id = await bench.report(1);
  const frozen = (await bench.item(id)).payload_sha256;
  await drain(bench.world);
  expect(bench.server.receipt(id, bench.server.reports.get(id) as never).payload_sha256).toBe(frozen);
});

test("two drains at once leave one report", async () => {
  const id = await bench.report(2);
  await Promise.all([drain(bench.world), drain(bench.world)]);
  expect((await bench.item(id)).state).toBe("delivered");
  expect(bench.server.reports.size).toBe(1);
});

test("the lease lets one tab drain, and frees itself after a crash", async () => {
  let inside = 0;
  await withLease(bench.world, async () => {
    inside++;
    expect(
      await withLease(bench.world, async () => {
        inside++;
      }),
    ).toBe(false);
  });
  expect(inside).toBe(1);
  await bench.world.db.meta.put({ key: "lease", value: { holder: "dead tab", until: bench.time + 60_000 } });
  bench.later(60_001);
  expect(await withLease(bench.world, async () => undefined)).toBe(true);
});

test("a person can try a refused item again, or give it up", async () => {
  const id = await bench.report(1);
  let refuse = true;
  bench.server.fault = ({ path }, response) => {
    if (path.includes("devices") || !refuse) return false;
    const [status, body] = problem(403, "not_yours");
    send(response, status, body);
    return true;
  };
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("needs_attention");
  await retryItem(bench.world, id);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("needs_attention");
  refuse = false;
  await retryItem(bench.world, id);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
  await giveUp(bench.world, id);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("bytes go only after a week and a fresh receipt check; a report the server forgot is sent again", async () => {
  const kept = await bench.report(1);
  const forgotten = await bench.report(1);
  await drain(bench.world);
  bench.server.reports.delete(forgotten);
  const whole = bench.server.reports.get(kept);
  bench.server.fault = ({ path }, response) => {
    if (!path.endsWith("/receipts/check") || !whole) return false;
    send(response, 200, { receipts: [bench.server.receipt(kept, whole)], unknown: [forgotten] });
    return true;
  };
  bench.later(8 * 86_400_000);
  await checkDelivered(bench.world);
  expect(await bench.world.db.items.get(kept)).toBeUndefined();
  expect((await bench.item(forgotten)).state).toBe("queued");
  expect(await photosOf(bench.world, forgotten)).toHaveLength(1);
  await drain(bench.world);
  expect((await bench.item(forgotten)).state).toBe("delivered");
  expect(await bench.world.db.bytes.count()).toBe(1);
});

test("a move's photos go as well, after its own receipt was asked for once more", async () => {
  const draft = await startDraft(bench.world, "move", "case-1", null);
  await addPhoto(bench.world, draft.id, photo(3));
  const facts = { caseId: "case-1", action: "respond" as const, baseRev: 1, owner: null };
  await sendMove(bench.world, { ...facts, draftId: draft.id });
  await drain(bench.world);
  expect((await bench.item(draft.id)).state).toBe("delivered");
  bench.later(8 * 86_400_000);
  await checkDelivered(bench.world);
  expect(await bench.world.db.bytes.count()).toBe(0);
  expect(bench.server.seen.at(-1)?.path).toBe(`/api/v1/cases/case-1/moves/${draft.id}/receipt`);
});
