import type { Message } from "../../api/types";
import { has, language, t } from "../../i18n";
import { FIELD } from "../../state/posts";
import { hasRole } from "../../state/session";
import { clock } from "../../ui/time";

/** What somebody is told, in a sentence. */
export function messageText({ kind, data }: Message): string {
  const stage = has(`field.stage_${data.stage}`) ? t(`field.stage_${data.stage}`) : "";
  const facts = { stage, percent: Number(data.percent ?? 0), level: Number(data.level ?? 0) };
  return t(has(`messages.kind_${kind}`) ? `messages.kind_${kind}` : "messages.kind_other", facts);
}

/** Which case it is about: what and where. */
export function messageWhat({ class_name, class_name_en, place_text }: Message): string {
  const name = language.value === "en" ? class_name_en : class_name;
  return [name, place_text].filter(Boolean).join(" · ");
}

/** What it rests on: a reason that somebody wrote, or when it is due. */
export function messageWhy({ data }: Message, now: number): string | null {
  if (typeof data.reason === "string" && data.reason) return data.reason;
  return typeof data.due_at === "string" ? t("messages.due", { time: clock(data.due_at, now) }) : null;
}

const DESK_LIST: Record<string, string> = { returned: "decisions", request: "decisions", unclear: "inbox" };

/** Where it is acted on: a task on its check's page, at the desk beside the list it waits in, else on the case's. */
export function messagePath({ kind, case_id }: Message): string | null {
  if (!case_id) return null;
  if (kind === "task") return `/check/${case_id}`;
  return hasRole(...FIELD) ? `/case/${case_id}` : `/desk?tab=${DESK_LIST[kind] ?? "cases"}&case=${case_id}`;
}
