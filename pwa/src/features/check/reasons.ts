import type { MoveAction } from "../../api/types";

/** `true` and `false` answer whether a report is so, before it is filed; the others judge a squad's answer. */
export const VERDICTS = ["pass", "fail", "cannot_find", "true", "false"] as const;
export type Verdict = (typeof VERDICTS)[number];

const ACTIONS: Record<Verdict, MoveAction> = {
  pass: "check_pass",
  fail: "check_fail",
  cannot_find: "check_cannot_find",
  true: "verify_true",
  false: "verify_false",
};
export const actionOf = (verdict: Verdict): MoveAction => ACTIONS[verdict];

/** Which are good news: their button is no warning. */
export const isGood = (verdict: Verdict): boolean => verdict === "pass" || verdict === "true";

/** What was found (text keys `field.result_…`): one holds, sent as `data.result`; `fixed` is nothing to tell. */
export const RESULTS: Partial<Record<Verdict, readonly string[]>> = {
  pass: ["fixed", "already_gone"],
  cannot_find: ["cannot_find", "private_land", "not_ours"],
  false: ["not_true", "already_gone", "cannot_find", "private_land", "not_ours"],
};

/** What holds until something else is tapped; whoever calls a report untrue has to say what he found instead. */
export const FIRST: Partial<Record<Verdict, string>> = { pass: "fixed", cannot_find: "cannot_find" };

/** Text keys (area `check`) of the reasons to tap; a result other than the first is its own reason. */
export const REASONS: Record<Verdict, string[]> = {
  pass: [],
  fail: ["fail_left", "fail_same", "fail_other_place", "fail_unclear", "fail_again"],
  cannot_find: ["find_no_trace", "find_place_wrong", "find_no_way", "find_unclear"],
  true: [],
  false: [],
};

/** The photo is the proof of whoever was there before anything is filed. */
export const needsPhoto = (verdict: Verdict): boolean => verdict === "true" || verdict === "false";

export const needsReason = (verdict: Verdict): boolean => !isGood(verdict);

/** The `data` of the move. */
export const resultData = (result: string | null): Record<string, unknown> =>
  result === null || result === "fixed" ? {} : { result };

/** What is sent as the reason: the tapped one, the words, or both. */
export const reasonText = (tapped: string | null, words: string): string =>
  [tapped, words.trim()].filter(Boolean).join("。");
