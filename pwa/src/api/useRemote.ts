import { onScopeDispose, type Ref, ref, shallowRef, toValue, watch } from "vue";
import { keep, recall } from "./cache";
import { ApiError, NetworkError } from "./errors";

/** How a piece of remote data stands; `stale` means: shown from this phone, the last refresh failed. */
export type RemoteState = "loading" | "ready" | "stale" | "failed";

export interface Remote<T> {
  data: Ref<T | null>;
  state: Ref<RemoteState>;
  /** ms since epoch of the answer which is shown */
  syncedAt: Ref<number | null>;
  error: Ref<unknown>;
  reload: () => Promise<void>;
}

/**
 * Reads `load()` and shows the kept copy until (or unless) the server answers. Keys that start with "private:" are
 * forgotten at sign-out. Reloads when the key changes, when the phone comes online and when the page is seen again.
 */
export function useRemote<T>(
  key: string | (() => string),
  load: (signal: AbortSignal) => Promise<T>,
): Remote<T> {
  const data = shallowRef<T | null>(null);
  const state = ref<RemoteState>("loading");
  const syncedAt = ref<number | null>(null);
  const error = shallowRef<unknown>(null);
  let running: AbortController | null = null;

  async function reload(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const name = toValue(key);
    if (data.value === null) {
      const kept = await recall<T>(name);
      if (mine.signal.aborted) return;
      if (kept) {
        data.value = kept.value;
        syncedAt.value = kept.at;
      }
    }
    try {
      const fresh = await load(mine.signal);
      if (mine.signal.aborted) return;
      data.value = fresh;
      syncedAt.value = Date.now();
      error.value = null;
      state.value = "ready";
      void keep(name, fresh);
    } catch (problem) {
      if (mine.signal.aborted) return;
      error.value = problem;
      const gone = problem instanceof ApiError && [401, 403, 404].includes(problem.status);
      if (gone) data.value = null;
      state.value = data.value === null ? "failed" : "stale";
      if (!(problem instanceof ApiError) && !(problem instanceof NetworkError)) throw problem;
    }
  }

  const again = () => {
    if (document.visibilityState === "visible") void reload();
  };
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  onScopeDispose(() => {
    running?.abort();
    window.removeEventListener("online", again);
    document.removeEventListener("visibilitychange", again);
  });
  watch(
    () => toValue(key),
    () => {
      data.value = null;
      state.value = "loading";
      void reload();
    },
    { immediate: true },
  );
  return { data, state, syncedAt, error, reload };
}
