import type { ShownPhoto } from "../../camera/usePhotos";
import type { ReportDraft, ReportKind } from "../../outbox";

/** What still has to be done before Send, as the end of a text key `report.need_…`. */
export type Missing = "photo" | "before" | "after" | "one_photo" | "class";

export const kindOf = (made: Pick<ReportDraft, "kind"> | null | undefined): ReportKind =>
  made?.kind ?? "problem";

/**
 * A problem needs a photo and an answer to 这是什么？; what was dealt with on the spot a photo of before and one of
 * after as well; that all is well here only one photo.
 */
export function missingFor(
  made: Pick<ReportDraft, "kind" | "category"> | null,
  photos: readonly Pick<ShownPhoto, "role">[],
): Missing | null {
  const kind = kindOf(made);
  const before = photos.filter(({ role }) => role === "before").length;
  if (photos.length === 0) return "photo";
  if (kind === "nothing_wrong") return photos.length === 1 ? null : "one_photo";
  if (kind === "self_handled" && before === 0) return "before";
  if (kind === "self_handled" && before === photos.length) return "after";
  return made?.category === undefined ? "class" : null;
}
