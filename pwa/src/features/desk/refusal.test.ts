import { expect, test } from "vitest";
import { zh } from "../../i18n/zh";
import { deskWordsIn, lacks, REASONS, reasonText } from "./refusal";

const words = zh.desk as Record<string, string>;

test("the ready-made reasons are in everyday words", () => {
  for (const reason of REASONS) expect(deskWordsIn(words[`reason_${reason}`] ?? "立案")).toEqual([]);
});

test("a refusal needs a reason, ready-made or written", () => {
  expect(lacks({ picked: null, more: "  ", responsible: "" })).toBe("reason");
  expect(lacks({ picked: "unclear", more: "", responsible: "" })).toBeNull();
  expect(lacks({ picked: null, more: "已经拆了。", responsible: "" })).toBeNull();
});

test("what is not ours names whose it is", () => {
  expect(lacks({ picked: "not_ours", more: "", responsible: "" })).toBe("responsible");
  expect(lacks({ picked: "not_ours", more: "", responsible: "小区物业" })).toBeNull();
});

test("the reporter reads the ready-made reason and what was added", () => {
  const refusal = { picked: "unclear", more: " 请走近再拍。 ", responsible: "" } as const;
  expect(reasonText(refusal, (reason) => words[`reason_${reason}`] ?? "")).toBe(
    "照片里看不出问题。请走近再拍。",
  );
});

test("words of the desk are noticed", () => {
  expect(deskWordsIn("不予立案，请等核查")).toEqual(["立案", "核查"]);
});
