import { expect, test } from "vitest";
import { makeCase } from "../case/testCase";
import { baseOf, sidesOf } from "./modes";
import { lacksOf, moveOf, noAnswer, proposed } from "./moveOf";

const row = (action: string, squad: string) => ({
  at: "2026-11-24T06:00:00Z",
  action,
  from_state: null,
  to_state: "dispatching",
  who: { role: "squad_member", name: "某", squad: { code: squad, name: squad } },
  note: "",
  reason: "不归我们",
  data: { kind: "wrong_squad" },
  photos: [],
});
const returned = makeCase({
  state: "dispatching",
  squad: { code: "gaotangling", name: "高塘岭中队" },
  history: [row("return", "gaotangling")],
  actions: ["dispatch", "force_close", "note"],
});
const asking = makeCase({
  state: "accepted",
  pending: "suspension",
  request: { kind: "suspension", reason: "等汛期过", until: "2026-12-24" },
  actions: ["dispatch", "grant_suspension", "deny", "note"],
});

test("a case that came back waits for a squad; the one that handed it back is not proposed", () => {
  expect(baseOf(returned)).toBe("dispatch");
  expect(proposed(returned, "gaotangling")).toBeNull();
  expect(proposed(returned, "yueliangdao")).toBe("yueliangdao");
});

test("another squad needs no reason, the one that handed it back is owed one", () => {
  const answer = (squad: string, reason = "") => ({ ...noAnswer(), squad, reason });
  expect(lacksOf("dispatch", returned, noAnswer())).toBe("desk.dispatch_need_squad");
  expect(lacksOf("dispatch", returned, answer("yueliangdao"))).toBeNull();
  expect(lacksOf("dispatch", returned, answer("gaotangling"))).toBe("desk.reason_need");
  expect(moveOf("dispatch", returned, answer("gaotangling", " 核对过，是你们的 "))).toEqual({
    action: "dispatch",
    words: { reason: "核对过，是你们的", data: { squad: "gaotangling" } },
  });
});

test("taking a case out of a squad's hands needs a reason", () => {
  expect(lacksOf("dispatch", asking, { ...noAnswer(), squad: "yueliangdao" })).toBe("desk.reason_need");
});

test("a request waits to be granted; the day may be another than the one asked for", () => {
  expect(baseOf(asking)).toBe("grant");
  expect(sidesOf(asking, "grant").map((side) => side.action)).toEqual(["deny", "dispatch"]);
  expect(lacksOf("grant", asking, noAnswer())).toBe("desk.grant_need_until");
  expect(moveOf("grant", asking, { ...noAnswer(), until: "2026-12-10" })).toEqual({
    action: "grant_suspension",
    words: { data: { until: "2026-12-10" } },
  });
});

test("whoever denies, closes by force or opens again says why", () => {
  for (const mode of ["deny", "force_close", "reopen"] as const) {
    expect(lacksOf(mode, asking, noAnswer())).toBe("desk.reason_need");
    expect(moveOf(mode, asking, { ...noAnswer(), reason: "理由" })).toEqual({
      action: mode,
      words: { reason: "理由" },
    });
  }
});

test("a report can be filed, refused, or looked at first; one that is looked at can be called back", () => {
  const fresh = makeCase({ state: "submitted", actions: ["file", "refuse", "verify", "note"] });
  expect(baseOf(fresh)).toBe("file");
  expect(sidesOf(fresh, "file").map(({ action, opens }) => [action, opens])).toEqual([
    ["refuse", "refuse"],
    ["verify", null],
  ]);
  const away = makeCase({ state: "verifying", actions: ["verify_recall", "note"] });
  expect([baseOf(away), sidesOf(away, "read").map((side) => side.action)]).toEqual([
    "read",
    ["verify_recall"],
  ]);
});

test("a leader finds force and reopening where nothing else waits", () => {
  const open = makeCase({ state: "accepted", actions: ["force_close", "note"] });
  expect(sidesOf(open, baseOf(open)).map((side) => side.action)).toEqual(["force_close"]);
  const closed = makeCase({
    state: "closed",
    pending: "appeal",
    actions: ["reopen", "grant_appeal", "deny"],
  });
  expect(baseOf(closed)).toBe("grant");
});
