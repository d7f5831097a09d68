import { expect, test } from "vitest";
import { clock, moment, span } from "./time";

test("time left is said in its two largest units", () => {
  expect(span(80 * 60_000)).toBe("1 小时 20 分");
  expect(span(18 * 60_000)).toBe("18 分");
  expect(span(3 * 86_400_000)).toBe("3 天");
});

test("something overdue by seconds is overdue by a minute, not by nothing", () => {
  expect(span(-5_000)).toBe("1 分");
});

test("a moment of last year carries its year", () => {
  const now = new Date(2026, 10, 24, 12).getTime();
  expect(clock(new Date(2025, 10, 24, 9, 3).toISOString(), now)).toBe("2025-11-24 09:03");
  expect(clock(new Date(2026, 10, 24, 9, 3).toISOString(), now)).toBe("今天 09:03");
  expect(clock(new Date(2026, 10, 23, 17, 40).toISOString(), now)).toBe("昨天 17:40");
});

test("what a clock some seconds ahead has written happened just now", () => {
  const now = new Date(2026, 10, 24, 12).getTime();
  expect(moment(now + 20_000, now)).toBe("刚刚");
  expect(moment(now - 20_000, now)).toBe("刚刚");
});
