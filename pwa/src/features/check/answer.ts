import type { CaseDetail, Media } from "../../api/types";

/** Farther than this from the case, an after-photo may well show another place (metres). */
const FAR_M = 100;

/** The squad's last answer, as whoever checks it needs to see it. */
export interface Answer {
  photos: Media[];
  note: string;
  squad: string;
  /** from the phone that answered to the case's place; null: the phone had no position */
  metres: number | null;
  far: boolean;
  /** when the first photo was taken, else when the answer came */
  takenAt: string;
  /** ms after the due time; null: in time, or there was none */
  lateBy: number | null;
}

export function answerOf(detail: CaseDetail): Answer | null {
  const row = detail.history.findLast((deed) => deed.action === "respond");
  if (!row) return null;
  const metres = typeof row.data.distance_m === "number" ? row.data.distance_m : null;
  const late = detail.due_at ? Date.parse(row.at) - Date.parse(detail.due_at) : 0;
  return {
    photos: row.photos,
    note: row.note,
    squad: row.who.squad?.name ?? detail.squad?.name ?? "",
    metres,
    far: metres !== null && metres > FAR_M,
    takenAt: row.photos.find((photo) => photo.taken_at)?.taken_at ?? row.at,
    lateBy: late > 0 ? late : null,
  };
}
