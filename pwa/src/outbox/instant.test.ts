import { expect, test } from "vitest";
import { instant } from "./instant";

test("the time on the wire is the same instant, with an offset", () => {
  const now = Date.parse("2026-11-24T01:02:03.004Z");
  expect(Date.parse(instant(now))).toBe(now);
  expect(instant(now)).toMatch(/T\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
});
