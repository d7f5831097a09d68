import { expect, test } from "vitest";
import type { Clock } from "../../api/types";
import { clockWords } from "./clocks";

const NOW = new Date(2026, 10, 24, 15, 0).getTime();
const at = (hour: number) => new Date(2026, 10, 24, hour).toISOString();
const clock = (given: Partial<Clock>): Clock => ({
  stage: "disposal",
  squad: { code: "g", name: "高塘岭中队" },
  limit_amount: 4,
  unit: "work_hour",
  used_s: 0,
  allowed_s: 4 * 3600,
  started_at: at(9),
  first_due_at: at(14),
  due_at: at(14),
  stopped_at: null,
  running: true,
  ...given,
});

test("a lengthened clock says what it first was", () => {
  const words = clockWords(clock({ due_at: at(18) }), NOW);
  expect(words.due).toBe("原定 今天 14:00，延至 今天 18:00");
  expect(words.tone).toBe("calm");
});

test("a clock that runs past its time is overdue, one that stopped in time is not", () => {
  expect(clockWords(clock({}), NOW).tone).toBe("overdue");
  expect(clockWords(clock({ running: false, stopped_at: at(10), used_s: 3600 }), NOW).tone).toBe("done");
});

test("working time is counted in hours: a day of it would mean two things", () => {
  const words = clockWords(clock({ running: false, stopped_at: at(10), used_s: 30 * 3600 + 1200 }), NOW);
  expect(words.used).toBe("用了 30 小时 20 分工作时间");
});

test("a clock that stands promises no time", () => {
  const words = clockWords(clock({ running: false, used_s: 1800 }), NOW);
  expect([words.due, words.used]).toEqual(["恢复后再算截止", "停着，已用 30 分工作时间"]);
});
