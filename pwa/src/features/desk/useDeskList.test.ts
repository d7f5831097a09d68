import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope } from "vue";
import { type DeskList, useDeskList } from "./useDeskList";

interface Row {
  id: string;
}
type Answer = { items: Row[]; next: string | null; now: string };

let pages: Record<string, string[] | "down">;
let scope = effectScope();

const answer = (ids: string[], next: string | null): Answer => ({
  items: ids.map((id) => ({ id })),
  next,
  now: "2026-11-24T06:00:00Z",
});

function serve(address: string): Promise<Response> {
  const cursor = new URL(address, "http://here").searchParams.get("cursor") ?? "first";
  const ids = pages[cursor];
  if (ids === undefined || ids === "down") return Promise.reject(new TypeError("no network"));
  const next = cursor === "first" && pages.second ? "second" : null;
  const headers = { "Content-Type": "application/json" };
  return Promise.resolve(new Response(JSON.stringify(answer(ids, next)), { headers }));
}

async function open(): Promise<DeskList<Row, Answer>> {
  const list = scope.run(() => useDeskList<Row>(`/inbox-${Math.random()}`, (row) => row.id));
  if (!list) throw new Error("the scope has ended");
  await vi.advanceTimersByTimeAsync(50);
  return list;
}
const ids = (list: DeskList<Row, Answer>) => list.items.value.map((row) => row.id);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", serve);
  scope = effectScope();
  pages = { first: ["a", "b"] };
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what arrives meanwhile is counted, and only shown when asked for", async () => {
  const list = await open();
  pages.first = ["a", "b", "c", "d"];
  await vi.advanceTimersByTimeAsync(31_000);
  expect([ids(list), list.fresh.value]).toEqual([["a", "b"], 2]);
  await list.reload();
  expect([ids(list), list.fresh.value]).toEqual([["a", "b", "c", "d"], 0]);
});

test("a row that is done goes, and does not come back as new before the server knows", async () => {
  const list = await open();
  list.forget("a");
  await vi.advanceTimersByTimeAsync(31_000);
  expect([ids(list), list.fresh.value]).toEqual([["b"], 0]);
});

test("pages follow each other, and a row that moved between them is shown once", async () => {
  pages.second = ["b", "c"];
  const list = await open();
  expect(list.hasMore.value).toBe(true);
  await list.more();
  expect([ids(list), list.hasMore.value]).toEqual([["a", "b", "c"], false]);
});

test("a page that cannot be read says so, what is shown stays", async () => {
  pages.second = "down";
  const list = await open();
  await list.more();
  expect(list.moreError.value).not.toBeNull();
  expect([ids(list), list.hasMore.value]).toEqual([["a", "b"], true]);
});
