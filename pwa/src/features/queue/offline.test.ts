import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { recall } from "../../api/cache";
import type { CaseDetail } from "../../api/types";
import { makeCard, makeCase } from "../case/testCase";
import { Wire } from "../case/testWire";
import { keepForOffline } from "./offline";

let wire: Wire;
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  wire = new Wire();
  vi.stubGlobal("fetch", wire.fetch);
  wire.route = (url) => {
    asked.push(url.pathname);
    return { body: makeCase({ id: url.pathname.split("/").at(-1) as string, rev: 7 }) };
  };
});
afterEach(() => vi.unstubAllGlobals());

const awake = () => new AbortController().signal;

test("the pages of the listed cases come to this phone, and unchanged ones are not asked for again", async () => {
  const cards = ["a", "b"].map((id) => makeCard({ id, rev: 7 }));
  await keepForOffline(cards, awake());
  expect((await recall<CaseDetail>("private:case:b"))?.value.rev).toBe(7);
  expect(asked).toEqual(["/api/v1/cases/a", "/api/v1/cases/b"]);
  await keepForOffline([...cards, makeCard({ id: "b", rev: 8 })], awake());
  expect(asked.slice(2)).toEqual(["/api/v1/cases/b"]);
});

test("a network that goes away ends it quietly, with what is here kept", async () => {
  await keepForOffline([makeCard({ id: "c", rev: 7 })], awake());
  wire.route = () => null;
  await keepForOffline([makeCard({ id: "d" }), makeCard({ id: "c", rev: 7 })], awake());
  expect(await recall("private:case:c")).not.toBeNull();
  expect(await recall("private:case:d")).toBeNull();
});
