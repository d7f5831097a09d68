import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick } from "vue";
import type { Catalogue, HeldReport } from "../../api/types";
import { catalogue } from "../../state/district";
import { type RepairBench, useRepair } from "./useRepair";

const report: HeldReport = {
  report_id: "r1",
  received_at: "2026-11-24T05:00:00Z",
  reason: "invalid_payload",
  detail: "location.lon: Input should be less than or equal to 180",
  payload: { category: "E0110", description: "路口", location: { lon: 1128.2, lat: 28.35 } },
  photos: [],
  voices: [],
};
const classOf = (code: string) => ({
  code,
  name: code,
  name_en: code,
  icon: "",
  conditions: [],
  question: null,
});

let scope = effectScope();
let answers: Response[] = [];
let asked: { path: string; body: unknown }[] = [];

beforeEach(() => {
  scope = effectScope();
  answers = [];
  asked = [];
  catalogue.value = { version: "1", classes: [classOf("E0110"), classOf("E0304")] } as unknown as Catalogue;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)) });
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return answer;
  });
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": status < 300 ? "application/json" : "application/problem+json" },
  });

function open(done: (id: string, refused: boolean) => void): RepairBench {
  const bench = scope.run(() => useRepair(() => report, done));
  if (!bench) throw new Error("the scope has ended");
  return bench;
}

test("only what was corrected is sent: the rest stays as the phone sent it", async () => {
  const done = vi.fn();
  const bench = open(done);
  expect(bench.corrections.value).toMatchObject({ category: "E0110", place: null, description: "路口" });
  bench.corrections.value = { ...bench.corrections.value, place: { lon: 112.82, lat: 28.35 }, note: "问过" };
  answers.push(json(200, { report_id: "r1" }));
  await bench.act();
  expect(asked).toEqual([
    { path: "/api/v1/held/r1/repair", body: { location: { lon: 112.82, lat: 28.35 }, note: "问过" } },
  ]);
  expect(done).toHaveBeenCalledWith("r1", false);
});

test("without a class it cannot be taken in, without a reason not refused", async () => {
  const bench = open(() => undefined);
  bench.corrections.value = { ...bench.corrections.value, category: null };
  expect(bench.hindered.value).toBe("desk.file_need_class");
  bench.refusing.value = true;
  await nextTick();
  expect(bench.hindered.value).toBe("desk.refuse_need");
  await bench.act();
  expect(asked).toEqual([]);
});

test("when the network fails the corrections stay for another try", async () => {
  const done = vi.fn();
  const bench = open(done);
  bench.corrections.value = { ...bench.corrections.value, description: "路口西侧" };
  await bench.act();
  expect(bench.error.value).toBeTruthy();
  expect(done).not.toHaveBeenCalled();
  answers.push(json(200, { report_id: "r1" }));
  await bench.act();
  expect(asked[1]?.body).toEqual({ description: "路口西侧", note: "" });
  expect(done).toHaveBeenCalledOnce();
});

test("a report that a colleague has settled leaves the list", async () => {
  const done = vi.fn();
  const bench = open(done);
  answers.push(json(409, { type: "urn:xuncheng:not_held", code: "not_held", detail: "" }));
  await bench.act();
  expect(done).toHaveBeenCalledOnce();
});
