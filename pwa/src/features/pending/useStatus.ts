import { computed, type Ref } from "vue";
import { has, t } from "../../i18n";
import { type ReportKind, statusOf } from "../../outbox";
import { classByCode, nameOf } from "../../state/district";
import type { Unsent } from "../../state/outbox";
import { span } from "../../ui/time";

export interface ItemWords {
  what: string;
  state: string;
  /** why it is not further, in words; null when nothing is wrong */
  why: string | null;
  next: string | null;
  tone: ReturnType<typeof statusOf>["tone"];
}

/** An item of the outbox in words: what it is, how it stands, why, and when it is tried again. */
export function useItemWords(unsent: () => Unsent, now: () => number): Ref<ItemWords> {
  return computed(() => {
    const { item, photos } = unsent();
    const status = statusOf(item, photos, now());
    return {
      what: nameOfItem(unsent()),
      state: t(status.key, status.facts),
      why: status.error ? whyOf(status.error.code, status.error.detail) : null,
      next: status.error && status.nextAt ? nextWords(status.nextAt - now()) : null,
      tone: status.tone,
    };
  });
}

const nextWords = (wait: number): string =>
  wait < 60_000 ? t("pending.next_soon") : t("pending.next_attempt", { time: span(wait) });

function whyOf(code: string, detail: string): string | null {
  if (code === "held" || code === "sign_in" || code === "wrong_account") return null;
  if (has(`pending.why_${code}`)) return t(`pending.why_${code}`);
  if (has(`problem.${code}`)) return t(`problem.${code}`);
  return detail ? t("pending.why_server", { detail }) : t("problem.unknown");
}

function nameOfItem({ item }: Unsent): string {
  if (item.kind === "move") {
    const key = `pending.kind_${item.action ?? "other"}`;
    return t(has(key) ? key : "pending.kind_other");
  }
  const { category, kind } = JSON.parse(item.payload) as { category?: string | null; kind?: ReportKind };
  const chosen = classByCode(category ?? null);
  const name = chosen ? nameOf(chosen) : t("report.unnamed");
  if (kind === "nothing_wrong") return t("pending.kind_nothing_wrong");
  return kind === "self_handled" ? t("pending.kind_self_handled", { name }) : name;
}
