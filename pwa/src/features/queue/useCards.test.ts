import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { recall } from "../../api/cache";
import { NetworkError } from "../../api/errors";
import type { Item } from "../../outbox";
import { db } from "../../outbox/db";
import { makeCard } from "../case/testCase";
import { asPage, Wire } from "../case/testWire";
import { useCards, useUnsentByCase } from "./useCards";

let wire: Wire;
let leave = () => {};

beforeEach(() => {
  wire = new Wire();
  vi.stubGlobal("fetch", wire.fetch);
});

afterEach(() => {
  leave();
  vi.unstubAllGlobals();
});

function open() {
  const opened = asPage(() => useCards("queue"));
  leave = opened.leave;
  return opened.page;
}

const pageOf = (ids: string[], next: string | null) => ({
  body: { items: ids.map((id) => makeCard({ id })), next, now: "2026-11-24T06:00:00Z" },
});

test("all pages of the queue are read, in the server's order", async () => {
  wire.route = (url) =>
    url.searchParams.get("cursor") ? pageOf(["c"], null) : pageOf(["a", "b"], "after-b");
  const { data, state } = open();
  await vi.waitFor(() => expect(state.value).toBe("ready"));
  expect(data.value?.items.map((card) => card.id)).toEqual(["a", "b", "c"]);
  expect(data.value?.more).toBe(false);
});

test("without network the queue of the last time is still there, and says that it is old", async () => {
  wire.route = () => pageOf(["a"], null);
  const first = open();
  await vi.waitFor(() => expect(first.state.value).toBe("ready"));
  await vi.waitFor(async () => expect(await recall("private:queue")).not.toBeNull());
  leave();
  wire.route = () => null;
  const again = open();
  await vi.waitFor(() => expect(again.state.value).toBe("stale"));
  expect(again.data.value?.items.map((card) => card.id)).toEqual(["a"]);
  expect(again.error.value).toBeInstanceOf(NetworkError);
  expect(again.syncedAt.value).toBeGreaterThan(0);
});

test("the queue is read again when a move of this phone has arrived", async () => {
  wire.route = () => pageOf(["a"], null);
  const { state, data } = open();
  await vi.waitFor(() => expect(state.value).toBe("ready"));
  wire.route = () => pageOf([], null);
  const arrived = { id: "m1", kind: "move", subject: "a", action: "respond", state: "delivered" };
  await db.items.put({ ...arrived, created_at: Date.now(), delivered_at: Date.now() + 1 } as Item);
  await vi.waitFor(() => expect(data.value?.items).toEqual([]));
});

test("a case shows the newest of what this phone still holds about it", async () => {
  const waiting = { kind: "move", subject: "x", state: "queued" };
  await db.items.put({ ...waiting, id: "m2", action: "accept", created_at: 1 } as Item);
  await db.items.put({ ...waiting, id: "m3", action: "respond", created_at: 2 } as Item);
  const opened = asPage(useUnsentByCase);
  leave = opened.leave;
  await vi.waitFor(() => expect(opened.page.value.get("x")?.item.action).toBe("respond"));
});
