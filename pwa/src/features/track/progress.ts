import type { Tracking } from "../../api/types";
import { language, t } from "../../i18n";
import { clock, day } from "../../ui/time";

type Step = Tracking["stages"][number];
type Tone = "calm" | "action" | "soon" | "overdue" | "done";

export interface Headline {
  text: string;
  /** when it should be done, or that it is late; null without a promise */
  expected: string | null;
  tone: Tone;
}

const current = (tracking: Tracking): Step | undefined => tracking.stages.find((step) => step.current);

const TONES: Partial<Record<Step["stage"], Tone>> = { done: "done", refused: "soon", withdrawn: "calm" };

/** What holds now, in one sentence. */
export function headline(tracking: Tracking, now: number): Headline {
  const step = current(tracking);
  const stage = step?.stage ?? "received";
  const again = tracking.state === "dispatching";
  const held = tracking.report_state === "held" && tracking.case_id === null;
  if (isResting(tracking.state)) {
    return { text: t("track.now_resting"), expected: step ? restingText(step) : null, tone: "calm" };
  }
  return {
    text: t(held ? "track.now_held" : `track.now_${again ? "rearranged" : stage}`),
    expected: step ? expectedText(step, now) : null,
    tone: TONES[stage] ?? "action",
  };
}

const isResting = (state: Tracking["state"]): boolean => state === "suspended" || state === "deferred";

/** When work goes on that waits for something: no promise of a result, and never late. */
const restingText = (step: Step): string | null =>
  step.expected_at ? t("track.resting_until", { day: day(step.expected_at) }) : null;

/** What stands under the present step. */
export const stepExpects = (tracking: Tracking, step: Step, now: number): string | null =>
  isResting(tracking.state) ? restingText(step) : expectedText(step, now);

/** A promise is said with its time; one that was not kept is said to be late. */
export function expectedText(step: Step, now: number): string | null {
  if (!step.expected_at) return null;
  const late = Date.parse(step.expected_at) < now;
  return t(late ? "track.expected_late" : "track.expected", { time: clock(step.expected_at, now) });
}

/** One step in plain words: what happened, or what will. */
export function stepText(step: Step): string {
  const reached = step.done || step.current;
  switch (step.stage) {
    case "arranged":
      return reached && step.squad
        ? t("track.stage_arranged", { squad: step.squad })
        : t("track.stage_arranged_next");
    case "handling":
      return step.done && step.squad
        ? t("track.stage_handling_done", { squad: step.squad })
        : t("track.stage_handling");
    case "handled":
      if (step.done) return t("track.stage_handled_done");
      return t(reached ? "track.stage_handled" : "track.stage_handled_next");
    default:
      return t(`track.stage_${step.stage}`);
  }
}

export const classText = ({ category_name, category_name_en }: Tracking): string =>
  (language.value === "en" ? category_name_en : category_name) ?? t("track.unnamed");

/** How often it went back to the squad because it was not good yet; null: never, or it is over. */
export function againText({ rework, state }: Tracking): string | null {
  if (rework === 0 || state === "closed") return null;
  return t(rework === 1 ? "track.again" : "track.again_more", { n: rework });
}

/** How a step stands; "over" is an end without a result. */
export function standOf(step: Step): "done" | "now" | "next" | "over" {
  if (step.stage === "refused" || step.stage === "withdrawn") return "over";
  if (step.done) return "done";
  return step.current ? "now" : "next";
}
