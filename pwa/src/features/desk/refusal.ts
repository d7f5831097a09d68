/** Ready-made reasons; each has a sentence `desk.reason_…` in everyday words. */
export const REASONS = ["unclear", "nowhere", "not_ours", "known", "gone", "private"] as const;
export type Reason = (typeof REASONS)[number];

/** Whom reports are most often passed to; each has words `desk.who_…`. */
export const OTHERS = ["property", "community", "police", "owner"] as const;

export interface Refusal {
  picked: Reason | null;
  more: string;
  responsible: string;
}

/** Reasons which leave the reporter without help unless somebody else is named. */
const NEED_SOMEBODY: readonly (Reason | null)[] = ["not_ours", "private"];

/** What the reporter will read as the reason. `sentence` gives a ready-made one. */
export function reasonText({ picked, more }: Refusal, sentence: (reason: Reason) => string): string {
  return [picked ? sentence(picked) : "", more.trim()].filter(Boolean).join("");
}

/** What still hinders sending the refusal; null: nothing. */
export function lacks(refusal: Refusal): "reason" | "responsible" | null {
  if (!refusal.picked && !refusal.more.trim()) return "reason";
  return NEED_SOMEBODY.includes(refusal.picked) && !refusal.responsible.trim() ? "responsible" : null;
}

const DESK_WORDS = ["立案", "核查", "单元网格", "派遣", "结案", "处置"];

/** Words of the desk that a citizen should not have to understand. */
export const deskWordsIn = (text: string): string[] => DESK_WORDS.filter((word) => text.includes(word));
