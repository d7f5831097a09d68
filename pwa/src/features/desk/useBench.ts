import { computed, type Ref, ref, watch } from "vue";
import { get } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { CaseDetail, MoveAction } from "../../api/types";
import { type Remote, useRemote } from "../../api/useRemote";
import { t } from "../../i18n";
import { catalogue, classByCode } from "../../state/district";
import { sessionEnded } from "../../state/session";
import { type RouteAsking, useRouteAnswer } from "../map/useRouteAnswer";
import { type Decision, fileData, missing, startOf } from "./decision";
import { lacks, type Refusal, reasonText } from "./refusal";
import { type DeskMoves, isParked } from "./useDeskMoves";
import { asksDesk } from "./words";

/** `clarify`: a check found nothing; `answer`: the reporter of a closed case calls it unsolved. */
export type Mode = "file" | "refuse" | "clarify" | "answer" | "read";

export interface Bench {
  detail: Remote<CaseDetail | null>;
  mode: Ref<Mode>;
  decision: Ref<Decision>;
  refusal: Ref<Refusal>;
  note: Ref<string>;
  asking: RouteAsking;
  /** what still hinders the main action, as a text key; null: it can go */
  hindered: Ref<string | null>;
  /** a move of this case is on its way */
  busy: Ref<boolean>;
  act: () => Promise<void>;
  turn: () => void;
}

const noRefusal = (): Refusal => ({ picked: null, more: "", responsible: "" });

/** One case on the operator's bench: read, decided, sent. `caseId()` null: nothing lies there. */
export function useBench(caseId: () => string | null, moves: DeskMoves): Bench {
  const detail = useRemote<CaseDetail | null>(
    () => `private:case:${caseId() ?? "none"}`,
    async (signal) => {
      const id = caseId();
      return id === null ? null : get<CaseDetail>(`/cases/${id}`, undefined, signal);
    },
  );
  const refusing = ref(false);
  const decision = ref<Decision>({ category: null, condition: null, place: null });
  const refusal = ref(noRefusal());
  const note = ref("");

  const can = (action: MoveAction) => detail.data.value?.actions.includes(action) ?? false;
  // While the next case is read the buttons stay as they were: a focus on them is not lost.
  const mode = computed<Mode>((before = "read") => {
    if (detail.data.value === null) return before === "refuse" ? "file" : before;
    if (can("file")) return refusing.value ? "refuse" : "file";
    if (!can("clarify") || !asksDesk(detail.data.value)) return "read";
    return detail.data.value.state === "closed" ? "answer" : "clarify";
  });
  const chosen = computed(() => classByCode(decision.value.category));
  const busy = computed(() => {
    const move = moves.open.value.get(caseId() ?? "");
    return move !== undefined && !isParked(move);
  });

  const hindered = computed(() => {
    if (mode.value === "file") {
      const lacking = missing(decision.value, chosen.value);
      return lacking && `desk.file_need_${lacking}`;
    }
    if (mode.value === "refuse") {
      const lacking = lacks(refusal.value);
      return lacking && (lacking === "reason" ? "desk.refuse_need" : "desk.refuse_need_who");
    }
    if (mode.value === "answer" && !note.value.trim()) return "desk.unsolved_need";
    return mode.value === "clarify" && !note.value.trim() && !decision.value.place
      ? "desk.clarify_need"
      : null;
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
    refusing.value = false;
    refusal.value = noRefusal();
    note.value = "";
  });

  const asking = useRouteAnswer(() => {
    const now = detail.data.value;
    if (!now || mode.value !== "file" || !chosen.value) return null;
    return { point: decision.value.place ?? now.place, category: chosen.value.code };
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
  }

  function turn(): void {
    if (can("refuse")) refusing.value = !refusing.value;
  }

  return { detail, mode, decision, refusal, note, asking, hindered, busy, act, turn };
}
