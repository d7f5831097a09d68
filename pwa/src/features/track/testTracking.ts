import type { CaseState, Media, Tracking } from "../../api/types";

/** Which step a state shows; none for an end without a result. */
const STEP: Partial<Record<CaseState, number>> = {
  submitted: 0,
  verifying: 0,
  dispatching: 1,
  dispatched: 1,
  accepted: 2,
  in_progress: 2,
  suspended: 2,
  deferred: 2,
  responded: 3,
  closed: 4,
};
const STAGES = ["received", "arranged", "handling", "handled", "done"] as const;
const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 5, minute)).toISOString();

const photo = (kind: Media["kind"]): Media => ({
  id: `01a20c0b-a66a-7660-a8b1-32258700c1${kind === "before" ? "b0" : "a0"}`,
  seq: 1,
  kind,
  state: "derived",
  reason: null,
  thumb: "/m/thumb",
  large: "/m/large",
  width: 1600,
  height: 1200,
  taken_at: null,
});

/** A report's page for tests, with its case in `state`; as the server makes it. */
export function trackingAt(state: CaseState, given: Partial<Tracking> = {}): Tracking {
  const reached = STEP[state] ?? -1;
  const ended = reached < 0;
  const squad = "高塘岭中队";
  const steps: Tracking["stages"] = ended
    ? [
        { stage: "received", at: at(0), squad: null, expected_at: null, done: true, current: false },
        {
          stage: state === "refused" ? "refused" : "withdrawn",
          at: at(9),
          squad: null,
          expected_at: null,
          done: true,
          current: true,
        },
      ]
    : STAGES.map((stage, index) => ({
        stage,
        at: index <= reached ? at(index) : null,
        squad: index > 0 && index < 4 && index <= reached ? squad : null,
        expected_at: index === reached && (index === 1 || index === 2) ? at(119) : null,
        done: state === "closed" || index < reached,
        current: index === reached,
      }));
  return {
    public_ref: "hgsfssrc4gylsux6y4xqdw2vjy",
    report_state: "complete",
    kind: "problem",
    case_id: "01a20c0b-a66a-7660-a8b1-32258700c1a6",
    rev: 4,
    number: reached > 0 ? "20261124-00004" : null,
    state,
    category_name: "雨水井盖",
    category_name_en: "Storm drain cover",
    icon: "storm-drain",
    description: "我家门口",
    place_text: "高塘岭街道西塘街社区",
    submitted_at: at(0),
    stages: steps,
    refusal: state === "refused" ? { reason: "这件事不归城市管理部门管。", responsible: "小区物业" } : null,
    before: [photo("before")],
    voices: [],
    after: reached > 2 ? [photo("after")] : [],
    rework: 0,
    by: null,
    said: null,
    can: [],
    ...given,
  };
}
