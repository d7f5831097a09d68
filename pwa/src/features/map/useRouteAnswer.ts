import { onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { get } from "../../api/client";
import { ApiError, NetworkError } from "../../api/errors";
import type { Point, RouteAnswer } from "../../api/types";
import { t } from "../../i18n";
import { sessionEnded } from "../../state/session";
import type { LocalRoutes } from "../../territory/routeIn";

export interface RouteQuestion {
  point: Point | null;
  category: string | null;
}

export interface RouteAsking {
  answer: Ref<RouteAnswer | null>;
  state: Ref<"idle" | "asking" | "ready" | "failed">;
  error: Ref<unknown>;
  again: () => void;
}

const PATIENCE_MS = 200;

/** The same rules, asked on this phone. Its sentences are its own: the server's are not here. */
function onPhone(routes: LocalRoutes | null, point: Point, category: string | null): RouteAnswer | null {
  const found = routes?.at(point, category, localDay(new Date()));
  if (!found) return null;
  const { cell, community, street, squad, rule } = found;
  const way = t("who.phone_why", { cell, community: community.name, street: street.name, squad: squad.name });
  const flags = rule ? ["on_phone"] : ["on_phone", "no_rule"];
  return { cell, community, street, squad, flags, why: rule?.reason ? [way, rule.reason] : [way] };
}

/** yyyy-mm-dd on this phone's calendar. */
const localDay = (now: Date): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");

/**
 * Who would get a report at a point, and why: asked again whenever the question changes. Only the newest question's
 * answer is ever shown. `question()` null: nothing to ask. A null point is a question too ("no place"). Without network
 * `local()` answers, if it knows the place.
 */
export function useRouteAnswer(
  question: () => RouteQuestion | null,
  local: () => LocalRoutes | null = () => null,
): RouteAsking {
  const answer = shallowRef<RouteAnswer | null>(null);
  const state = ref<"idle" | "asking" | "ready" | "failed">("idle");
  const error = shallowRef<unknown>(null);
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask({ point, category }: RouteQuestion, signal: AbortSignal): Promise<void> {
    try {
      const found = await get<RouteAnswer>("/route", { lon: point?.lon, lat: point?.lat, category }, signal);
      if (signal.aborted) return;
      answer.value = found;
      state.value = "ready";
    } catch (problem) {
      if (signal.aborted) return;
      const here = problem instanceof NetworkError && point ? onPhone(local(), point, category) : null;
      if (here) {
        answer.value = here;
        state.value = "ready";
        return;
      }
      error.value = problem;
      state.value = "failed";
      if (problem instanceof ApiError && problem.status === 401) sessionEnded();
      if (!(problem instanceof ApiError) && !(problem instanceof NetworkError)) throw problem;
    }
  }

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
  }

  function again(waitMs = 0): void {
    stop();
    const asked = question();
    // The answer to another question is no answer: better none for a moment than a wrong squad.
    answer.value = null;
    if (!asked) {
      state.value = "idle";
      return;
    }
    const mine = new AbortController();
    running = mine;
    error.value = null;
    state.value = "asking";
    timer = setTimeout(() => void ask(asked, mine.signal), waitMs);
  }

  watch(
    () => JSON.stringify(question()),
    () => again(PATIENCE_MS),
    { immediate: true },
  );
  onScopeDispose(stop);
  return { answer, state, error, again: () => again() };
}
