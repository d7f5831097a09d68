import type { CaseDetail, MoveAction } from "../../api/types";
import { asksDesk } from "./words";

/**
 * What the form is for. `clarify`: a check found nothing; `answer`: the reporter of a closed case calls it unsolved;
 * `check`: an answer that its photos speak for, judged at the desk; `grant` and `deny`: what a squad asks for.
 */
export type Mode =
  | "file"
  | "refuse"
  | "clarify"
  | "answer"
  | "dispatch"
  | "grant"
  | "deny"
  | "check"
  | "fail"
  | "force_close"
  | "reopen"
  | "read";

type Case = Pick<CaseDetail, "state" | "flags" | "actions" | "pending">;

const can = ({ actions }: Case, action: MoveAction): boolean => actions.includes(action);

/** What waits for the desk in this case; "read": nothing. */
export function baseOf(detail: Case): Mode {
  if (can(detail, "file")) return "file";
  if (detail.pending && can(detail, `grant_${detail.pending}`)) return "grant";
  if (detail.state === "dispatching" && can(detail, "dispatch")) return "dispatch";
  if (can(detail, "clarify") && asksDesk(detail)) return detail.state === "closed" ? "answer" : "clarify";
  return can(detail, "check_pass") ? "check" : "read";
}

/** What else may be done: it opens a form of its own, or is sent at once. */
export interface Side {
  action: MoveAction;
  opens: Mode | null;
  /** the key on its button */
  press: string;
}

const SIDES: (Side & { from?: Mode[] })[] = [
  { action: "refuse", opens: "refuse", press: "B", from: ["file", "dispatch"] },
  { action: "deny", opens: "deny", press: "B", from: ["grant"] },
  { action: "check_fail", opens: "fail", press: "B", from: ["check"] },
  { action: "verify", opens: null, press: "V" },
  { action: "verify_recall", opens: null, press: "V" },
  { action: "dispatch", opens: "dispatch", press: "G" },
  { action: "resume", opens: null, press: "E" },
  { action: "force_close", opens: "force_close", press: "X" },
  { action: "reopen", opens: "reopen", press: "O" },
];

export const SIDE_KEYS: string[] = [...new Set(SIDES.map((side) => side.press.toLowerCase()))];

/** The sides of a case whose form starts as `base`, the one that says no first. */
export const sidesOf = (detail: Case, base: Mode): Side[] =>
  SIDES.filter(({ action, opens, from }) => {
    if (!can(detail, action) || opens === base) return false;
    return !from || from.includes(base);
  });

/** The form that "back" leads to; what is shown while the next case is read. */
export function plain(mode: Mode): Mode {
  if (mode === "refuse") return "file";
  if (mode === "deny") return "grant";
  if (mode === "fail") return "check";
  return mode === "force_close" || mode === "reopen" ? "read" : mode;
}

/** Forms that say no, or override what others decided. */
export const isHard = (mode: Mode): boolean => ["refuse", "deny", "fail", "force_close"].includes(mode);
