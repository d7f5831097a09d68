import { computed, type Ref, ref, watch } from "vue";
import { get } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { CaseDetail } from "../../api/types";
import { type Remote, useRemote } from "../../api/useRemote";
import { t } from "../../i18n";
import { catalogue, classByCode } from "../../state/district";
import { sessionEnded } from "../../state/session";
import { type RouteAsking, useRouteAnswer } from "../map/useRouteAnswer";
import { type Decision, fileData, missing, startOf } from "./decision";
import { baseOf, type Mode, plain, type Side, sidesOf } from "./modes";
import { type Answer, lacksOf, moveOf, noAnswer, proposed } from "./moveOf";
import { lacks, type Refusal, reasonText } from "./refusal";
import { type DeskMoves, isParked } from "./useDeskMoves";

export interface Bench {
  detail: Remote<CaseDetail | null>;
  mode: Ref<Mode>;
  /** what else may be done with the case as it is shown */
  sides: Ref<Side[]>;
  /** a side's form is open: "back" leads to what waits for the desk */
  turned: Ref<boolean>;
  decision: Ref<Decision>;
  refusal: Ref<Refusal>;
  note: Ref<string>;
  answer: Ref<Answer>;
  asking: RouteAsking;
  /** what still hinders the main action, as a text key; null: it can go */
  hindered: Ref<string | null>;
  /** a move of this case is on its way */
  busy: Ref<boolean>;
  act: () => Promise<void>;
  turn: (side: Side) => Promise<void>;
  back: () => void;
}

const noRefusal = (): Refusal => ({ picked: null, more: "", responsible: "" });

/** One case on the bench: read, decided, sent. `caseId()` null: nothing lies there. */
export function useBench(caseId: () => string | null, moves: DeskMoves): Bench {
  const detail = useRemote<CaseDetail | null>(
    () => `private:case:${caseId() ?? "none"}`,
    async (signal) => {
      const id = caseId();
      return id === null ? null : get<CaseDetail>(`/cases/${id}`, undefined, signal);
    },
  );
  const opened = ref<Mode | null>(null);
  const decision = ref<Decision>({ category: null, condition: null, place: null });
  const refusal = ref(noRefusal());
  const note = ref("");
  const answer = ref(noAnswer());

  // While the next case is read the buttons stay as they were: a focus on them is not lost.
  const sides = computed<Side[]>((before = []) => {
    const now = detail.data.value;
    return now ? sidesOf(now, baseOf(now)) : before;
  });
  const mode = computed<Mode>((before = "read") => {
    if (detail.data.value === null) return plain(before);
    const open = sides.value.find((side) => side.opens !== null && side.opens === opened.value);
    return open?.opens ?? baseOf(detail.data.value);
  });
  const turned = computed(() => detail.data.value !== null && mode.value !== baseOf(detail.data.value));
  const chosen = computed(() => classByCode(decision.value.category));
  const busy = computed(() => {
    const move = moves.open.value.get(caseId() ?? "");
    return move !== undefined && !isParked(move);
  });

  const hindered = computed(() => {
    const now = detail.data.value;
    if (mode.value === "file") {
      const lacking = missing(decision.value, chosen.value);
      return lacking && `desk.file_need_${lacking}`;
    }
    if (mode.value === "refuse") {
      const lacking = lacks(refusal.value);
      return lacking && (lacking === "reason" ? "desk.refuse_need" : "desk.refuse_need_who");
    }
    if (mode.value === "answer" && !note.value.trim()) return "desk.unsolved_need";
    if (mode.value === "clarify" && !note.value.trim() && !decision.value.place) return "desk.clarify_need";
    return now && lacksOf(mode.value, now, answer.value);
  });

  // Another case, or the same one changed by somebody else: the form starts from what it says now.
  watch(
    () => `${detail.data.value?.id} ${detail.data.value?.rev} ${catalogue.value?.version}`,
    () => {
      const now = detail.data.value;
      if (now) decision.value = startOf(now, classByCode(now.category?.code ?? null));
    },
    { immediate: true },
  );
  watch(detail.error, (problem) => {
    if (problem instanceof ApiError && problem.status === 401) sessionEnded();
  });
  watch(caseId, () => {
    opened.value = null;
    refusal.value = noRefusal();
    note.value = "";
  });
  watch(
    () => `${detail.data.value?.id} ${detail.data.value?.state} ${detail.data.value?.request?.at}`,
    () => {
      const { until } = detail.data.value?.request ?? {};
      answer.value = { ...noAnswer(), until: typeof until === "string" ? until : "" };
    },
    { immediate: true },
  );

  const asking = useRouteAnswer(() => {
    const now = detail.data.value;
    if (!now) return null;
    if (mode.value === "dispatch") return { point: now.place, category: now.category?.code ?? null };
    if (mode.value !== "file" || !chosen.value) return null;
    return { point: decision.value.place ?? now.place, category: chosen.value.code };
  });
  watch([asking.answer, mode], () => {
    const [now, found] = [detail.data.value, asking.answer.value];
    if (!now || !found || mode.value !== "dispatch" || answer.value.squad !== null) return;
    answer.value = { ...answer.value, squad: proposed(now, found.squad.code) };
  });

  async function act(): Promise<void> {
    const now = detail.data.value;
    if (!now || busy.value || hindered.value) return;
    if (mode.value === "file") await moves.send(now, "file", { data: fileData(decision.value) });
    if (mode.value === "refuse") {
      const responsible = refusal.value.responsible.trim() || null;
      const reason = reasonText(refusal.value, (one) => t(`desk.reason_${one}`));
      await moves.send(now, "refuse", { reason, data: { responsible } });
    }
    if (mode.value === "clarify") {
      const { place } = decision.value;
      await moves.send(now, "clarify", { note: note.value.trim(), data: place ? { location: place } : {} });
    }
    if (mode.value === "answer") await moves.send(now, "clarify", { note: note.value.trim(), data: {} });
    const move = moveOf(mode.value, now, answer.value);
    if (move) await moves.send(now, move.action, move.words);
  }

  async function turn(side: Side): Promise<void> {
    const now = detail.data.value;
    if (side.opens) opened.value = side.opens;
    else if (now && !busy.value) await moves.send(now, side.action, {});
  }

  const back = (): void => {
    opened.value = null;
  };

  return {
    detail,
    mode,
    sides,
    turned,
    decision,
    refusal,
    note,
    answer,
    asking,
    hindered,
    busy,
    act,
    turn,
    back,
  };
}
