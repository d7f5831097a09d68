import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keep } from "../../api/cache";
import type { Item } from "../../outbox";
import { db } from "../../outbox/db";
import { makeCard, makeCase } from "./testCase";
import { asPage, Wire } from "./testWire";
import { useCase } from "./useCase";

let wire: Wire;
let leave = () => {};

beforeEach(async () => {
  wire = new Wire();
  vi.stubGlobal("fetch", wire.fetch);
  await db.items.clear();
});

afterEach(() => {
  leave();
  vi.unstubAllGlobals();
});

function open(id: string) {
  const opened = asPage(() => useCase(id));
  leave = opened.leave;
  return opened.page;
}

const sentMoves = async () => (await db.items.toArray()).map((item) => JSON.parse(item.payload));

test("a case of the kept queue can be accepted and answered without network, one on top of the other", async () => {
  await keep("private:queue", { items: [makeCard({ id: "q1", rev: 4 })], more: false });
  const page = open("q1");
  await vi.waitFor(() => expect(page.partial.value).toBe(true));
  expect(page.standing.value?.actions).toContain("accept");
  expect(await page.act("accept")).toBe(true);
  await vi.waitFor(() => expect(page.standing.value?.state).toBe("accepted"));
  expect(await page.act("note", { note: "到了" })).toBe(true);
  const moves = await sentMoves();
  expect(moves.map(({ action, base_rev }) => [action, base_rev])).toEqual([
    ["accept", 4],
    ["note", 5],
  ]);
});

test("a frozen move brings words, never null", async () => {
  wire.route = (url) => (url.pathname.endsWith("/cases/c1") ? { body: makeCase({ id: "c1" }) } : null);
  const page = open("c1");
  await vi.waitFor(() => expect(page.detail.value).not.toBeNull());
  await page.act("accept");
  expect((await sentMoves())[0]).toMatchObject({ note: "", reason: "", data: {}, photos: [] });
});

test("two quick taps are one move", async () => {
  wire.route = (url) => (url.pathname.endsWith("/cases/c1") ? { body: makeCase({ id: "c1" }) } : null);
  const page = open("c1");
  await vi.waitFor(() => expect(page.detail.value).not.toBeNull());
  expect(await Promise.all([page.act("accept"), page.act("accept")])).toEqual([true, false]);
  expect(await db.items.count()).toBe(1);
});

test("a case that is another squad's is not shown from what was kept", async () => {
  await keep("private:case:c2", makeCase({ id: "c2" }));
  wire.route = () => ({ status: 404, body: { code: "not_found", detail: "" } });
  const page = open("c2");
  await vi.waitFor(() => expect(page.state.value).toBe("failed"));
  expect(page.detail.value).toBeNull();
});

test("a move that was parked has the page read again, and waits for its maker", async () => {
  let rev = 4;
  wire.route = (url) =>
    url.pathname.endsWith("/cases/c3") ? { body: makeCase({ id: "c3", rev: rev++ }) } : null;
  const page = open("c3");
  await vi.waitFor(() => expect(page.state.value).toBe("ready"));
  const parked = {
    id: "m9",
    kind: "move",
    subject: "c3",
    action: "respond",
    state: "conflicting",
    owner: null,
  };
  await db.items.put({ ...parked, created_at: 1, checked_at: Date.now() + 1, receipt: null } as Item);
  await vi.waitFor(() => expect(page.detail.value?.rev).toBe(5));
  expect(page.parked.value.map(({ item }) => item.id)).toEqual(["m9"]);
});

test("what another account left unsent on this phone does not count for this person", async () => {
  wire.route = (url) =>
    url.pathname.endsWith("/cases/c4") ? { body: makeCase({ id: "c4", rev: 4 }) } : null;
  const left = {
    id: "m8",
    kind: "move",
    subject: "c4",
    action: "accept",
    state: "needs_sign_in",
    owner: "p9",
  };
  await db.items.put({ ...left, created_at: 1, receipt: null } as Item);
  const page = open("c4");
  await vi.waitFor(() => expect(page.state.value).toBe("ready"));
  await page.act("accept");
  await vi.waitFor(() => expect(page.standing.value).toMatchObject({ state: "accepted", rev: 5 }));
});
