import { expect, test } from "vitest";
import type { HistoryRow } from "../../api/types";
import { makeCase } from "../case/testCase";
import { answerOf } from "./answer";

const row = (given: Partial<HistoryRow>): HistoryRow => ({
  at: "2026-11-24T06:00:00Z",
  action: "respond",
  from_state: "accepted",
  to_state: "responded",
  who: { role: "squad_member", name: "某", squad: { code: "g", name: "高塘岭中队" } },
  note: "",
  reason: "",
  data: {},
  photos: [],
  ...given,
});

test("after a rework the last answer is the one to check", () => {
  const detail = makeCase({
    history: [row({ note: "第一次" }), row({ action: "check_fail" }), row({ note: "第二次" })],
  });
  expect(answerOf(detail)?.note).toBe("第二次");
});

test("a case that nobody has answered has nothing to check", () => {
  expect(answerOf(makeCase({ history: [row({ action: "accept" })] }))).toBeNull();
});

test("an answer from far away is marked, one without a position is not taken for near", () => {
  expect(answerOf(makeCase({ history: [row({ data: { distance_m: 180 } })] }))).toMatchObject({ far: true });
  expect(answerOf(makeCase({ history: [row({ data: { distance_m: 12.4 } })] }))).toMatchObject({
    far: false,
  });
  expect(answerOf(makeCase({ history: [row({})] }))).toMatchObject({ metres: null, far: false });
});

test("lateness counts from the due time to the answer, not to the check", () => {
  const due_at = "2026-11-24T05:30:00Z";
  expect(answerOf(makeCase({ due_at, history: [row({})] }))?.lateBy).toBe(30 * 60_000);
  expect(answerOf(makeCase({ due_at: "2026-11-24T07:00:00Z", history: [row({})] }))?.lateBy).toBeNull();
});
