import type { MoveAction } from "../../api/types";

/** What a squad hands back or asks for: each opens a sheet, and nothing of it goes without a reason. */
export const ASKS = [
  "return",
  "request_extension",
  "request_suspension",
  "request_deferral",
  "appeal",
] as const satisfies readonly MoveAction[];
export type Ask = (typeof ASKS)[number];

/** Why a case is handed back; a wrong squad counts against whoever dispatched it, the others do not. */
export const RETURNS = ["wrong_squad", "no_need", "needs_others"] as const;
export type ReturnKind = (typeof RETURNS)[number];

export interface AskForm {
  kind: ReturnKind | null;
  /** the day on which the case goes on, "yyyy-mm-dd"; empty: not chosen */
  until: string;
  reason: string;
}

export const restsUntil = (ask: Ask): boolean => ask === "request_suspension" || ask === "request_deferral";

/** What still hinders sending; null: nothing. `today`: the local day, "yyyy-mm-dd". */
export function lacks(ask: Ask, form: AskForm, today: string): "kind" | "until" | "reason" | null {
  if (ask === "return" && form.kind === null) return "kind";
  if (restsUntil(ask) && form.until <= today) return "until";
  return form.reason.trim() ? null : "reason";
}

/** The `data` of the move. */
export function dataOf(ask: Ask, form: AskForm): Record<string, unknown> {
  if (ask === "return") return { kind: form.kind };
  return restsUntil(ask) ? { until: form.until } : {};
}

/** A day on this phone's calendar, "yyyy-mm-dd", `days` after `now` (ms). */
export function localDay(now: number, days = 0): string {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
