import { expect, test } from "vitest";
import { type AskForm, dataOf, lacks, localDay } from "./asks";

const TODAY = "2026-11-24";
const empty: AskForm = { kind: null, until: "", reason: "" };

test("handing back says why: a kind that counts for or against the dispatch, and words", () => {
  expect(lacks("return", empty, TODAY)).toBe("kind");
  const form: AskForm = { ...empty, kind: "needs_others" };
  expect(lacks("return", form, TODAY)).toBe("reason");
  expect(lacks("return", { ...form, reason: "要交警封路" }, TODAY)).toBeNull();
  expect(dataOf("return", form)).toEqual({ kind: "needs_others" });
});

test("a rest is asked for until a day that is still to come", () => {
  const until = (day: string) => ({ ...empty, until: day, reason: "等汛期过" });
  expect(lacks("request_suspension", until(""), TODAY)).toBe("until");
  expect(lacks("request_suspension", until(TODAY), TODAY)).toBe("until");
  expect(lacks("request_deferral", until("2026-11-25"), TODAY)).toBeNull();
  expect(dataOf("request_deferral", until("2026-12-24"))).toEqual({ until: "2026-12-24" });
});

test("more time and an appeal need words and nothing else", () => {
  for (const ask of ["request_extension", "appeal"] as const) {
    expect(lacks(ask, { ...empty, reason: "  " }, TODAY)).toBe("reason");
    expect(lacks(ask, { ...empty, reason: "配件明天到" }, TODAY)).toBeNull();
    expect(dataOf(ask, empty)).toEqual({});
  }
});

test("tomorrow comes after the last day of a month", () => {
  expect(localDay(new Date(2026, 10, 30, 23, 59).getTime(), 1)).toBe("2026-12-01");
});
