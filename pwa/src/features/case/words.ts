import type { CaseCard, CaseState, HistoryRow, LimitUnit } from "../../api/types";
import { has, t } from "../../i18n";
import { FIELD, isOfSquad } from "../../state/posts";
import { hasRole } from "../../state/session";
import { day } from "../../ui/time";

export type Tone = "calm" | "action" | "soon" | "overdue" | "done";

const TONES: Record<CaseState, Tone> = {
  submitted: "soon",
  verifying: "soon",
  dispatching: "soon",
  dispatched: "action",
  accepted: "calm",
  in_progress: "calm",
  suspended: "calm",
  deferred: "calm",
  responded: "calm",
  closed: "done",
  refused: "calm",
  withdrawn: "calm",
};

export const stateText = (state: string): string => t(`field.state_${state}`);
export const stateTone = (state: CaseState): Tone => TONES[state];

/** The squad has the case and its clock runs. */
export const clockRuns = (state: CaseState): boolean =>
  state === "dispatched" || state === "accepted" || state === "in_progress";

/** The squad has the case, its clock stands, and it goes on by itself. */
export const isResting = (state: string | null): boolean => state === "suspended" || state === "deferred";

/** Until when a case rests; null: it does not, or nobody said. */
export const restText = (state: CaseState, resumeAt: string | null): string | null =>
  isResting(state) && resumeAt ? t(`field.rests_${state}`, { day: day(resumeAt) }) : null;

export const isUrgent = (card: CaseCard): boolean => card.limit?.unit.startsWith("emergency") ?? false;

export const limitText = (limit: { amount: number; unit: LimitUnit | string }): string =>
  t(`field.limit_${limit.unit}`, { n: limit.amount });

/** What happened, in words: `data` names what a row is about. */
export function deedText(row: HistoryRow): string {
  const key = `field.did_${row.action}`;
  const number = typeof row.data.number === "string" ? row.data.number : "";
  return has(key) ? t(key, { number, squad: row.who.squad?.name ?? "" }) : t("field.did_other");
}

/** What a row says beside the deed: of which kind, until when, with which result; empty where it says nothing. */
export function deedFacts({ action, data }: HistoryRow): string[] {
  const one = (key: string, area: string) =>
    typeof data[key] === "string" && has(`field.${area}_${data[key]}`)
      ? t(`field.${area}_${data[key]}`)
      : null;
  const time = (key: string, text: string) =>
    typeof data[key] === "string" ? t(text, { day: day(data[key]) }) : null;
  const facts = [
    action === "return" ? one("kind", "return") : null,
    one("result", "result"),
    action === "deny" ? one("request", "request") : null,
    time("until", "field.until_day"),
  ];
  return facts.filter((fact) => fact !== null);
}

/** Who did it: the role, for colleagues the name, and the squad where it is his own. */
export function whoText({ who }: HistoryRow): string {
  const role = has(`field.role_${who.role}`) ? t(`field.role_${who.role}`) : who.role;
  const own = isOfSquad(who.role) ? who.squad?.name : null;
  return [own, role, who.name].filter(Boolean).join(" ");
}

export const moveText = (action: string | null): string =>
  t(has(`pending.kind_${action}`) ? `pending.kind_${action}` : "pending.kind_other");

/** Where "back" leads when there is no page before: the list this person works from. */
export const listPath = (): string => (hasRole(...FIELD) ? "/tasks" : "/desk");
