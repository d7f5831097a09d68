import { ApiError, explain, NetworkError } from "../../api/errors";
import type { CaseCard, CaseState, Limit } from "../../api/types";
import { has, t } from "../../i18n";
import type { Item } from "../../outbox";

export type Tone = "calm" | "action" | "soon" | "overdue" | "done";

const TONES: Record<CaseState, Tone> = {
  submitted: "soon",
  dispatched: "action",
  accepted: "action",
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
  if (asksDesk(card)) return { text: t("desk.wait_unsolved"), tone: "overdue" };
  return { text: t(`desk.state_${card.state}`), tone: TONES[card.state] };
}

/** It came back to the desk: a check found nothing, or its reporter calls it unsolved. */
export const asksDesk = ({ state, flags }: Pick<CaseCard, "state" | "flags">): boolean =>
  (state === "responded" && flags.includes("check_cannot_find")) ||
  (state === "closed" && flags.includes("not_solved"));

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
