import type { CaseDetail, CaseState, MoveAction } from "../../api/types";
import type { ItemState } from "../../outbox";
import type { Unsent } from "../../state/outbox";

/** How a case stands for this phone: what the server said last, and what was decided here since. */
export interface Standing {
  state: CaseState;
  /** the revision a move made now is based on */
  rev: number;
  actions: MoveAction[];
}

/** Moves which will still reach the server in their order; parked ones will not without a person. */
const WAITING: ItemState[] = ["queued", "sending", "needs_sign_in"];

/** The server raises no revision for these: they make nobody's move stale. */
const DECIDES_NOTHING: MoveAction[] = ["note", "add_photo", "solved", "not_solved"];

const LEADS_TO: Partial<Record<MoveAction, CaseState>> = {
  accept: "accepted",
  respond: "responded",
  check_pass: "closed",
  check_fail: "dispatched",
};

/** What whoever brought a case into a state may do next, until the server says it itself. */
const FOLLOWING: Partial<Record<CaseState, MoveAction[]>> = { accepted: ["respond", "note"] };

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
  return { state, rev: rev + deciding.length, actions: actionsOf(detail, state, waiting) };
}

function actionsOf(detail: CaseDetail, state: CaseState, waiting: Unsent[]): MoveAction[] {
  const told = detail.actions as MoveAction[];
  const known = state === detail.state ? told : (FOLLOWING[state] ?? ["note"]);
  // Whoever could not find it has said so; it is checked again when the operator has added to the place.
  const checking = notFound(detail) || waiting.some(({ item }) => item.action?.startsWith("check_"));
  return known.filter((action) => !(checking && action.startsWith("check_")));
}
