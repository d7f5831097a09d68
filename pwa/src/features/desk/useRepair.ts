import { computed, type Ref, ref, shallowRef, watch } from "vue";
import { post } from "../../api/client";
import { ApiError, NetworkError } from "../../api/errors";
import type { HeldReport, Point } from "../../api/types";
import { t } from "../../i18n";
import { catalogue, classByCode } from "../../state/district";
import { sessionEnded } from "../../state/session";
import { sentClass, sentPlace, sentText } from "./held";
import { lacks, type Refusal, reasonText } from "./refusal";

export interface Corrections {
  category: string | null;
  place: Point | null;
  description: string;
  note: string;
}

export interface RepairBench {
  corrections: Ref<Corrections>;
  refusal: Ref<Refusal>;
  refusing: Ref<boolean>;
  /** text key of what still hinders; null: it can go */
  hindered: Ref<string | null>;
  busy: Ref<boolean>;
  error: Ref<unknown>;
  act: () => Promise<void>;
}

const noRefusal = (): Refusal => ({ picked: null, more: "", responsible: "" });

/** A held report on the bench: what can be read of it, corrected, taken in or refused. `done` hears of the end. */
export function useRepair(
  report: () => HeldReport | null,
  done: (id: string, refused: boolean) => void,
): RepairBench {
  const corrections = ref<Corrections>({ category: null, place: null, description: "", note: "" });
  const refusal = ref(noRefusal());
  const refusing = ref(false);
  const busy = ref(false);
  const error = shallowRef<unknown>(null);

  // Another report; or the catalogue came, and with it the name of the class that was sent.
  watch(
    () => `${report()?.report_id} ${catalogue.value?.version}`,
    () => {
      const now = report();
      corrections.value = {
        category: now ? sentClass(now) : null,
        place: now ? sentPlace(now) : null,
        description: now ? sentText(now) : "",
        note: "",
      };
      refusal.value = noRefusal();
      refusing.value = false;
      error.value = null;
    },
    { immediate: true },
  );

  const hindered = computed(() => {
    if (refusing.value) {
      const lacking = lacks(refusal.value);
      return lacking && (lacking === "reason" ? "desk.refuse_need" : "desk.refuse_need_who");
    }
    return classByCode(corrections.value.category) ? null : "desk.file_need_class";
  });

  async function act(): Promise<void> {
    const now = report();
    if (!now || busy.value || hindered.value) return;
    busy.value = true;
    error.value = null;
    const refused = refusing.value;
    try {
      await post(
        `/held/${now.report_id}/${refused ? "refuse" : "repair"}`,
        refused ? refuseBody() : repairBody(now),
      );
      done(now.report_id, refused);
    } catch (problem) {
      error.value = problem;
      if (problem instanceof ApiError && problem.status === 401) sessionEnded();
      // Somebody else was quicker: it is settled, and no longer in the list.
      if (problem instanceof ApiError && problem.code === "not_held") done(now.report_id, refused);
      if (!(problem instanceof ApiError) && !(problem instanceof NetworkError)) throw problem;
    } finally {
      busy.value = false;
    }
  }

  const refuseBody = () => ({
    reason: reasonText(refusal.value, (one) => t(`desk.reason_${one}`)),
    responsible: refusal.value.responsible.trim() || null,
  });

  /** Only what was corrected: the rest stays as the phone sent it. */
  function repairBody(now: HeldReport): Record<string, unknown> {
    const { category, place, description, note } = corrections.value;
    const sent = sentPlace(now);
    const moved = place?.lon !== sent?.lon || place?.lat !== sent?.lat;
    return {
      ...(category !== sentClass(now) ? { category } : {}),
      ...(moved ? { location: place } : {}),
      ...(description !== sentText(now) ? { description } : {}),
      note: note.trim(),
    };
  }

  return { corrections, refusal, refusing, hindered, busy, error, act };
}
