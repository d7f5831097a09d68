import { expect, test } from "vitest";
import { firstClasses, NO_SUGGESTIONS } from "./suggestions";

const catalogue = ["C01", "C02", "C03", "E01", "E02", "E03", "E04", "E05"];

test("a phone that knows nothing offers the catalogue's own order", () => {
  expect(firstClasses([], NO_SUGGESTIONS, catalogue)).toEqual(["C01", "C02", "C03", "E01", "E02", "E03"]);
});

test("what was used last is always one tap away, whatever others see most", () => {
  const said = { mine: ["E01", "E02"], here: ["E02", "E03", "C01"], now: ["E02", "E01", "C02"] };
  const first = firstClasses(["E05", "E04", "C03", "E01"], said, catalogue);
  expect(first).toHaveLength(6);
  for (const recent of ["E05", "E04", "C03", "E01"]) expect(first).toContain(recent);
  expect(first).toContain("E02");
});

test("a class that several lists name comes before one that only one names", () => {
  const said = { mine: ["E03", "E01"], here: ["E02", "E01"], now: ["E01"] };
  expect(firstClasses([], said, catalogue)[0]).toBe("E01");
});

test("a class that left the catalogue is not offered", () => {
  expect(firstClasses(["E99"], { ...NO_SUGGESTIONS, here: ["E98"] }, catalogue)).not.toContain("E99");
});
