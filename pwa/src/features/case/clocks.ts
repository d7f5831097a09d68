import type { CaseDetail, Clock } from "../../api/types";
import { t } from "../../i18n";
import { clock as when } from "../../ui/time";

/** A stage's clock in words. */
export interface ClockWords {
  stage: string;
  limit: string;
  /** when it is due, or was; what it first was where that has changed */
  due: string;
  used: string;
  tone: "calm" | "done" | "overdue";
}

const MINUTE_S = 60;

/** Seconds of working or of running time; never in days, which would mean two things. */
function lengthText(seconds: number): string {
  const minutes = Math.round(seconds / MINUTE_S);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [
    hours && t("common.hours", { n: hours }),
    (rest || !hours) && t("common.minutes", { n: rest }),
  ];
  return parts.filter(Boolean).join(t("common.gap"));
}

/** Whether a person would call the due time another one than the first. */
export const isMoved = (
  { first_due_at, due_at }: Pick<CaseDetail, "first_due_at" | "due_at">,
  now: number,
): boolean => first_due_at !== null && due_at !== null && when(first_due_at, now) !== when(due_at, now);

export function clockWords(clock: Clock, now: number): ClockWords {
  const { stage, squad, limit_amount, unit, used_s, allowed_s, first_due_at, due_at, stopped_at } = clock;
  const stands = !clock.running && !stopped_at;
  const facts = { time: when(due_at, now), first: when(first_due_at, now) };
  // By seconds it moves with each pause: only what a person would call another time is told.
  const moved = isMoved(clock, now);
  const late = clock.running ? Date.parse(due_at) < now : used_s > allowed_s;
  const working = unit.startsWith("work");
  return {
    stage: [t(`field.stage_${stage}`), squad?.name].filter(Boolean).join(" · "),
    limit: t(`field.limit_${unit}`, { n: limit_amount }),
    due: t(stands ? "field.clock_later" : moved ? "field.clock_moved" : "field.clock_due", facts),
    used: clock.running
      ? t("field.clock_running")
      : t(stands ? "field.clock_stands" : "field.clock_used", {
          time: t(working ? "field.clock_working" : "field.clock_whole", { time: lengthText(used_s) }),
        }),
    tone: late ? "overdue" : clock.running ? "calm" : "done",
  };
}
