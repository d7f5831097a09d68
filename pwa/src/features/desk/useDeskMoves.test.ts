import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope } from "vue";
import { db } from "../../outbox/db";
import { type DeskMoves, isParked, useDeskMoves } from "./useDeskMoves";
import { moveText } from "./words";

const card = { id: "01a20c0b-a66a-7660-a8b1-32258700c1a6", rev: 3 };
let scope = effectScope();

beforeEach(async () => {
  // No network: nothing leaves this computer.
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  scope = effectScope();
  await db.items.clear();
});
afterEach(() => scope.stop());

function desk(): DeskMoves {
  const moves = scope.run(useDeskMoves);
  if (!moves) throw new Error("the scope has ended");
  return moves;
}
const opened = (moves: DeskMoves) =>
  vi.waitFor(() => {
    const item = moves.open.value.get(card.id);
    if (!item) throw new Error("not on disk yet");
    return item;
  });

test("a decision is on disk under one id, with the revision it was made on", async () => {
  const moves = desk();
  await moves.send(card, "file", { data: { category: "C0103", condition: "01" } });
  const item = await opened(moves);
  expect(JSON.parse(item.payload)).toMatchObject({
    action: "file",
    base_rev: 3,
    data: { category: "C0103", condition: "01" },
  });
  expect(moveText({ ...item, attempted_at: null })).toBe("已存到本机。有网会自动发送。");
});

test("nothing is called done before the server has confirmed it", async () => {
  const moves = desk();
  await moves.send(card, "refuse", { reason: "照片里看不出问题。" });
  const item = await opened(moves);
  expect(moves.done.value).toBeNull();
  await db.items.update(item.id, { state: "delivered" });
  await vi.waitFor(() => expect(moves.done.value?.id).toBe(item.id));
});

test("a move that somebody else was faster than says how the case stands now", async () => {
  const moves = desk();
  await moves.send(card, "file", {});
  const { id } = await opened(moves);
  const receipt = {
    id,
    state: "conflicting" as const,
    rev: 1,
    payload_sha256: "",
    photos: [],
    received_at: "",
    case: { state: "refused", rev: 4 },
  };
  await db.items.update(id, { state: "conflicting", receipt });
  await vi.waitFor(() => expect(moves.open.value.get(card.id)?.state).toBe("conflicting"));
  const parked = await opened(moves);
  expect([isParked(parked), moveText(parked)]).toEqual([
    true,
    "您办的时候，案件已被别人改动。现在是：不予立案。",
  ]);
});

test("deciding again replaces what the server did not take, it is never sent twice", async () => {
  const moves = desk();
  await moves.send(card, "file", { data: { category: "X" } });
  const refused = await opened(moves);
  await db.items.update(refused.id, { state: "needs_attention" });
  await vi.waitFor(() => expect(moves.open.value.get(card.id)?.state).toBe("needs_attention"));
  await moves.send({ ...card, rev: 4 }, "file", { data: { category: "C0103" } });
  const rows = await db.items.where("subject").equals(card.id).toArray();
  expect(rows.map((row) => JSON.parse(row.payload).base_rev)).toEqual([4]);
  expect(rows[0]?.id).not.toBe(refused.id);
});
