import type { CaseDetail, HistoryRow, MoveAction } from "../../api/types";
import { clockRuns } from "../case/words";
import type { Mode } from "./modes";
import type { MoveWords } from "./useDeskMoves";

/** What whoever decides has filled in: a squad, a day, a reason, each where its form asks for it. */
export interface Answer {
  squad: string | null;
  /** "yyyy-mm-dd"; empty: not chosen */
  until: string;
  reason: string;
}

export const noAnswer = (): Answer => ({ squad: null, until: "", reason: "" });

/** The last time a squad handed the case back; null: it never was. */
export const returnOf = ({ history }: CaseDetail): HistoryRow | null =>
  history.findLast((row) => row.action === "return") ?? null;

/** The squad that handed the case back and has not had it since; null: none. */
export const returnedBy = (detail: CaseDetail): string | null =>
  detail.state === "dispatching" ? (returnOf(detail)?.who.squad?.code ?? detail.squad?.code ?? null) : null;

/** Whom to propose: the squad of the rules, but not the one that has just said that it is not its. */
export const proposed = (detail: CaseDetail, routed: string): string | null =>
  routed === returnedBy(detail) || routed === detail.squad?.code ? null : routed;

/** Whether a dispatch needs a reason: out of a squad's hands, or back to the one that handed it back. */
export const dispatchNeedsReason = (detail: CaseDetail, squad: string | null): boolean =>
  clockRuns(detail.state) || (squad !== null && squad === returnedBy(detail));

const rests = ({ pending }: CaseDetail): boolean => pending === "suspension" || pending === "deferral";

/** What still hinders a decision, as a text key; null: nothing. */
export function lacksOf(mode: Mode, detail: CaseDetail, answer: Answer): string | null {
  const reason = answer.reason.trim() !== "";
  switch (mode) {
    case "dispatch":
      if (answer.squad === null) return "desk.dispatch_need_squad";
      return dispatchNeedsReason(detail, answer.squad) && !reason ? "desk.reason_need" : null;
    case "grant":
      return rests(detail) && !answer.until ? "desk.grant_need_until" : null;
    case "deny":
    case "fail":
    case "force_close":
    case "reopen":
      return reason ? null : "desk.reason_need";
    default:
      return null;
  }
}

/** The move that the main button of a form sends; null for forms with a shape of their own, and for none. */
export function moveOf(
  mode: Mode,
  detail: CaseDetail,
  answer: Answer,
): { action: MoveAction; words: MoveWords } | null {
  const reason = answer.reason.trim();
  switch (mode) {
    case "dispatch":
      return { action: "dispatch", words: { reason, data: { squad: answer.squad } } };
    case "grant":
      if (!detail.pending) return null;
      return {
        action: `grant_${detail.pending}`,
        words: { data: rests(detail) ? { until: answer.until } : {} },
      };
    case "check":
      return { action: "check_pass", words: {} };
    case "fail":
      return { action: "check_fail", words: { reason } };
    case "deny":
    case "force_close":
    case "reopen":
      return { action: mode, words: { reason } };
    default:
      return null;
  }
}
