import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, ref } from "vue";
import type { RouteAnswer } from "../../api/types";
import type { Area } from "../../territory/area";
import { LocalRoutes } from "../../territory/routeIn";
import { type RouteAsking, type RouteQuestion, useRouteAnswer } from "./useRouteAnswer";

const here = { lon: 112.82, lat: 28.353 };
const answerOf = (squad: string): RouteAnswer => ({
  squad: { code: squad, name: squad },
  cell: null,
  community: null,
  street: null,
  flags: [],
  why: [],
});
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

const scope = () => effectScope();
let running = scope();

beforeEach(() => {
  vi.useFakeTimers();
  running = scope();
});
afterEach(() => {
  running.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function asking(question: () => RouteQuestion | null): RouteAsking {
  const asked = running.run(() => useRouteAnswer(question));
  if (!asked) throw new Error("the scope has ended");
  return asked;
}

test("the answer of an older question never replaces a newer one", async () => {
  const answers = new Map<string, (answer: Response) => void>();
  vi.stubGlobal("fetch", (address: string) => new Promise((give) => answers.set(address, give)));
  const category = ref<string | null>(null);
  const { answer, state } = asking(() => ({ point: here, category: category.value }));
  await vi.advanceTimersByTimeAsync(300);
  category.value = "E0304";
  await vi.advanceTimersByTimeAsync(300);
  const [first, second] = [...answers.entries()];
  second?.[1](json(answerOf("zhatu")));
  await vi.advanceTimersByTimeAsync(0);
  first?.[1](json(answerOf("gaotangling")));
  await vi.advanceTimersByTimeAsync(0);
  expect(second?.[0]).toContain("category=E0304");
  expect(answer.value?.squad.name).toBe("zhatu");
  expect(state.value).toBe("ready");
});

test("while a new question is on its way the old answer is not shown for it", async () => {
  vi.stubGlobal(
    "fetch",
    vi
      .fn()
      .mockResolvedValueOnce(json(answerOf("gaotangling")))
      .mockReturnValue(new Promise(() => {})),
  );
  const category = ref<string | null>(null);
  const { answer, state } = asking(() => ({ point: here, category: category.value }));
  await vi.advanceTimersByTimeAsync(300);
  expect(answer.value?.squad.name).toBe("gaotangling");
  category.value = "E0304";
  await vi.advanceTimersByTimeAsync(0);
  expect([answer.value, state.value]).toEqual([null, "asking"]);
});

test("nothing to ask asks nobody", async () => {
  const fetching = vi.fn();
  vi.stubGlobal("fetch", fetching);
  const { state } = asking(() => null);
  await vi.advanceTimersByTimeAsync(1000);
  expect(fetching).not.toHaveBeenCalled();
  expect(state.value).toBe("idle");
});

test("without network it says so and can be asked again", async () => {
  vi.stubGlobal(
    "fetch",
    vi
      .fn()
      .mockRejectedValueOnce(new TypeError("no network"))
      .mockResolvedValue(json(answerOf("x"))),
  );
  const { answer, state, again } = asking(() => ({ point: null, category: "E0304" }));
  await vi.advanceTimersByTimeAsync(300);
  expect(state.value).toBe("failed");
  again();
  await vi.advanceTimersByTimeAsync(0);
  expect([state.value, answer.value?.squad.name]).toEqual(["ready", "x"]);
});

test("without network the phone answers for its own cells, and says that it was the phone", async () => {
  vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("no network")));
  const area: Area = {
    day: "2026-11-24",
    corners: [112, 28, 113, 28, 113, 29, 112, 29],
    cells: [{ code: "430112001001001", community: "C", duty_grids: [], rings: [[0, 1, 2, 3]] }],
    duty_grids: [],
    communities: [{ code: "C", name: "甲社区", street: "S", street_name: "甲街道" }],
    rules: [],
    squads: [{ code: "F", name: "值班中队" }],
    fallback_squad: "F",
  };
  const asked = running.run(() =>
    useRouteAnswer(
      () => ({ point: here, category: null }),
      () => new LocalRoutes(area),
    ),
  );
  await vi.advanceTimersByTimeAsync(300);
  expect(asked?.answer.value).toMatchObject({
    squad: { name: "值班中队" },
    cell: "430112001001001",
    flags: ["on_phone", "no_rule"],
    why: ["单元网格 430112001001001 → 甲社区 → 甲街道 → 值班中队"],
  });
});
