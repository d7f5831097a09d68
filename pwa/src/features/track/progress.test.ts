import { expect, test } from "vitest";
import { expectedText, headline, standOf, stepExpects, stepText } from "./progress";
import { trackingAt } from "./testTracking";

const now = Date.parse("2026-11-24T06:00:00Z");
const texts = (state: Parameters<typeof trackingAt>[0]) => trackingAt(state).stages.map(stepText);

test("steps to come say what will happen, steps behind it what did", () => {
  expect(texts("submitted")).toEqual(["收到了", "安排中队", "正在处理", "处理完请您看看", "完成"]);
  expect(texts("closed")).toEqual([
    "收到了",
    "已安排 高塘岭中队",
    "高塘岭中队接手处理",
    "处理完，有人到现场看过",
    "完成",
  ]);
});

test("the headline is what holds now, with the promise that was made", () => {
  const { text, expected } = headline(trackingAt("accepted"), now);
  expect(text).toBe("正在处理");
  expect(expected).toMatch(/^预计 .+ 前处理完$/);
});

test("a promise that was not kept is said to be late", () => {
  const step = trackingAt("accepted").stages.find((one) => one.current);
  if (!step) throw new Error("no present step");
  expect(expectedText(step, Date.parse("2026-11-25T06:00:00Z"))).toContain("现在晚了");
});

test("a refusal is an end, not a success", () => {
  const last = trackingAt("refused").stages.at(-1);
  expect(last && standOf(last)).toBe("over");
});

test("a report that is held says that the staff looks at it", () => {
  const held = { ...trackingAt("submitted"), report_state: "held" as const, case_id: null, state: null };
  expect(headline(held, now).text).toBe("收到了，内容不完整，工作人员正在看");
});

test("a case that rests says what it waits for and when work goes on, and is never late", () => {
  const tracking = trackingAt("suspended");
  const step = tracking.stages.find((one) => one.current);
  if (!step) throw new Error("no present step");
  step.expected_at = "2026-12-24T00:00:00+08:00";
  const long = Date.parse("2026-12-31T06:00:00Z");
  expect(headline(tracking, now)).toMatchObject({ text: "等条件具备" });
  expect(headline(tracking, now).expected).toMatch(/^预计 12月2[34]日继续处理$/);
  expect(stepExpects(tracking, step, long)).not.toContain("晚了");
});

test("a case that its squad handed back says that another one is being found", () => {
  expect(headline(trackingAt("dispatching"), now).text).toBe("正在重新安排中队");
});
