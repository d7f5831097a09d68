import type { Asked, CaseDetail, CaseState, MoveAction } from "../../api/types";
import type { ItemState } from "../../outbox";
import type { Unsent } from "../../state/outbox";

/** How a case stands for this phone: what the server said last, and what was decided here since. */
export interface Standing {
  state: CaseState;
  /** the revision a move made now is based on */
  rev: number;
  actions: MoveAction[];
  /** what its squad asks for, also when that is still on this phone */
  pending: Asked | null;
}

/** Moves which will still reach the server in their order; parked ones will not without a person. */
const WAITING: ItemState[] = ["queued", "sending", "needs_sign_in"];

const ASKS: Partial<Record<MoveAction, Asked>> = {
  request_extension: "extension",
  request_suspension: "suspension",
  request_deferral: "deferral",
  appeal: "appeal",
};
const ANSWERS: MoveAction[] = [
  "grant_extension",
  "grant_suspension",
  "grant_deferral",
  "grant_appeal",
  "deny",
];

/** The server raises no revision for these: they make nobody's move stale. */
const DECIDES_NOTHING: MoveAction[] = [
  "note",
  "add_photo",
  "solved",
  "not_solved",
  "assign",
  "request_extension",
  "request_suspension",
  "request_deferral",
  "appeal",
  "grant_extension",
  "grant_appeal",
  "deny",
];

const LEADS_TO: Partial<Record<MoveAction, CaseState>> = {
  verify_true: "submitted",
  verify_false: "submitted",
  accept: "accepted",
  start: "in_progress",
  return: "dispatching",
  resume: "in_progress",
  respond: "responded",
  check_pass: "closed",
  check_fail: "dispatched",
};

/** What a squad that has a case may do instead of fixing it. */
export const HANDS_BACK: MoveAction[] = [
  "return",
  "request_extension",
  "request_suspension",
  "request_deferral",
];

/** What whoever brought a case into a state may do next, until the server says it itself. */
const FOLLOWING: Partial<Record<CaseState, MoveAction[]>> = {
  accepted: ["respond", "start", ...HANDS_BACK, "note"],
  in_progress: ["respond", ...HANDS_BACK, "note"],
};

export const waitingOf = (sent: Unsent[]): Unsent[] =>
  sent
    .filter(({ item }) => WAITING.includes(item.state))
    .sort((a, b) => a.item.created_at - b.item.created_at);

export const notFound = (detail: CaseDetail): boolean => detail.flags.includes("check_cannot_find");

export function standingOf(detail: CaseDetail, sent: Unsent[]): Standing {
  let { state, rev } = detail;
  for (const { item } of sent) {
    const said = item.receipt?.case;
    if (said && said.rev > rev) {
      rev = said.rev;
      state = said.state as CaseState;
    }
  }
  const waiting = waitingOf(sent);
  for (const { item } of waiting) state = (item.action && LEADS_TO[item.action]) ?? state;
  const deciding = waiting.filter(({ item }) => !DECIDES_NOTHING.includes(item.action ?? "note"));
  const pending = pendingOf(detail, state, waiting);
  return { state, rev: rev + deciding.length, actions: actionsOf(detail, state, pending, waiting), pending };
}

/** A request stands until it is answered, or until the squad is done with the case. */
function pendingOf(detail: CaseDetail, state: CaseState, waiting: Unsent[]): Asked | null {
  let pending = detail.pending;
  for (const { item } of waiting) {
    if (item.action && ANSWERS.includes(item.action)) pending = null;
    pending = (item.action && ASKS[item.action]) ?? pending;
  }
  return state === "dispatching" || state === "responded" ? null : pending;
}

function actionsOf(
  detail: CaseDetail,
  state: CaseState,
  pending: Asked | null,
  waiting: Unsent[],
): MoveAction[] {
  const told = detail.actions as MoveAction[];
  const known = state === detail.state ? told : (FOLLOWING[state] ?? ["note"]);
  // Whoever could not find it has said so; it is checked again when the operator has added to the place.
  const checking = notFound(detail) || waiting.some(({ item }) => item.action?.startsWith("check_"));
  return known.filter((action) => {
    if (checking && action.startsWith("check_")) return false;
    return pending === null || !ASKS[action];
  });
}
