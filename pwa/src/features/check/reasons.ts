import type { MoveAction } from "../../api/types";

export const VERDICTS = ["pass", "fail", "cannot_find"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const actionOf = (verdict: Verdict): MoveAction => `check_${verdict}`;

/** Text keys (area `check`) of the reasons to tap; a pass needs none. */
export const REASONS: Record<Verdict, string[]> = {
  pass: [],
  fail: ["fail_left", "fail_same", "fail_other_place", "fail_unclear", "fail_again"],
  cannot_find: ["find_no_trace", "find_place_wrong", "find_no_way", "find_unclear"],
};

/** What is sent as the reason: the tapped one, the words, or both. */
export const reasonText = (tapped: string | null, words: string): string =>
  [tapped, words.trim()].filter(Boolean).join("。");
