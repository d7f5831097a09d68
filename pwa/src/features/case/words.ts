import type { CaseCard, CaseState, HistoryRow, LimitUnit } from "../../api/types";
import { has, t } from "../../i18n";
import { hasRole } from "../../state/session";

export type Tone = "calm" | "action" | "soon" | "overdue" | "done";

const TONES: Record<CaseState, Tone> = {
  submitted: "soon",
  dispatched: "action",
  accepted: "calm",
  responded: "calm",
  closed: "done",
  refused: "calm",
  withdrawn: "calm",
};

export const stateText = (state: string): string => t(`field.state_${state}`);
export const stateTone = (state: CaseState): Tone => TONES[state];

/** The clock runs while the squad has the case. */
export const clockRuns = (state: CaseState): boolean => state === "dispatched" || state === "accepted";

export const isUrgent = (card: CaseCard): boolean => card.limit?.unit.startsWith("emergency") ?? false;

export const limitText = (limit: { amount: number; unit: LimitUnit }): string =>
  t(`field.limit_${limit.unit}`, { n: limit.amount });

/** What happened, in words: `data` names what a row is about. */
export function deedText(row: HistoryRow): string {
  const key = `field.did_${row.action}`;
  const number = typeof row.data.number === "string" ? row.data.number : "";
  return has(key) ? t(key, { number, squad: row.who.squad?.name ?? "" }) : t("field.did_other");
}

/** Who did it: the role, for colleagues the name, and the squad where it is his own. */
export function whoText({ who }: HistoryRow): string {
  const role = has(`field.role_${who.role}`) ? t(`field.role_${who.role}`) : who.role;
  const own = who.role.startsWith("squad_") ? who.squad?.name : null;
  return [own, role, who.name].filter(Boolean).join(" ");
}

export const moveText = (action: string | null): string =>
  t(has(`pending.kind_${action}`) ? `pending.kind_${action}` : "pending.kind_other");

/** Where "back" leads when there is no page before: the list this person works from. */
export const listPath = (): string =>
  hasRole("inspector", "squad_member", "squad_leader") ? "/tasks" : "/desk";
