import { ApiError, explain, NetworkError } from "../../api/errors";
import type { CaseCard, CaseDetail, CaseState, Limit } from "../../api/types";
import { has, t } from "../../i18n";
import type { Item } from "../../outbox";
import type { Mode } from "./modes";

export type Tone = "calm" | "action" | "soon" | "overdue" | "done";

const TONES: Record<CaseState, Tone> = {
  submitted: "soon",
  verifying: "calm",
  dispatching: "soon",
  dispatched: "action",
  accepted: "action",
  in_progress: "action",
  suspended: "calm",
  deferred: "calm",
  responded: "soon",
  closed: "done",
  refused: "calm",
  withdrawn: "calm",
};

/** What the operator has to know first about a row: why it is here, or its state. */
export function standOf(card: CaseCard): { text: string; tone: Tone } {
  if (card.state === "submitted" && card.photos_stored < card.photos_expected) {
    return { text: t("desk.wait_photos"), tone: "soon" };
  }
  if (card.state === "responded" && card.flags.includes("check_cannot_find")) {
    return { text: t("desk.wait_find"), tone: "overdue" };
  }
  if (card.state === "closed" && card.flags.includes("second_look_disagrees")) {
    return { text: t("desk.wait_second_look"), tone: "overdue" };
  }
  if (asksDesk(card)) return { text: t("desk.wait_unsolved"), tone: "overdue" };
  return { text: t(`desk.state_${card.state}`), tone: TONES[card.state] };
}

/** It came back to the desk: a check found nothing, or its reporter calls it unsolved. */
export const asksDesk = ({ state, flags }: Pick<CaseCard, "state" | "flags">): boolean =>
  (state === "responded" && flags.includes("check_cannot_find")) ||
  (state === "closed" && (flags.includes("not_solved") || flags.includes("second_look_disagrees")));

/** The words of the button that sends what the form says. */
export function mainText(mode: Mode, detail: CaseDetail | null): string {
  if (mode === "grant") return t(`desk.do_grant_${detail?.pending ?? "extension"}`);
  return t(MAIN[mode]);
}

const MAIN: Record<Exclude<Mode, "grant">, string> = {
  file: "desk.file",
  refuse: "desk.refuse_send",
  clarify: "desk.clarify",
  answer: "desk.unsolved",
  dispatch: "desk.do_dispatch",
  deny: "desk.deny_send",
  check: "desk.do_check_pass",
  fail: "desk.fail_send",
  force_close: "desk.force_close_send",
  reopen: "desk.reopen_send",
  read: "desk.file",
};

export const limitText = ({ amount, unit }: Limit): string => t(`desk.unit_${unit}`, { n: amount });

export const flagText = (flag: string): string => (has(`who.flag_${flag}`) ? t(`who.flag_${flag}`) : flag);

export const sourceText = (source: string): string =>
  has(`desk.source_${source}`) ? t(`desk.source_${source}`) : t("desk.source_other");

/** The truth about a move that has not arrived, in a sentence. */
export function moveText(item: Item): string {
  const error = item.last_error;
  switch (item.state) {
    case "conflicting":
      return t("desk.conflict", { state: t(`desk.state_${item.receipt?.case?.state ?? "submitted"}`) });
    case "needs_attention":
      return t("desk.not_taken", { why: error ? whyText(error.status, error.code, error.detail) : "" });
    case "needs_sign_in":
      return t("desk.needs_sign_in");
    default:
      return t(error || item.attempted_at === null ? "desk.waiting" : "desk.sending");
  }
}

const whyText = (status: number, code: string, detail: string): string =>
  code === "offline" || code === "timeout" || code === "portal"
    ? explain(new NetworkError(code))
    : explain(new ApiError(status, code, detail));

/** The place in words, or why there are none. */
export const placeText = (card: CaseCard): string =>
  card.place_text || t(card.place ? "desk.outside" : "desk.no_place");
