import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { get } from "../../api/client";
import { ApiError, NetworkError } from "../../api/errors";
import { type RemoteState, useRemote } from "../../api/useRemote";
import { sessionEnded } from "../../state/session";

interface Answer<T> {
  items: T[];
  next: string | null;
  now: string;
}

export interface DeskList<T, P extends Answer<T>> {
  items: Ref<T[]>;
  /** the first page as the server gave it */
  first: Ref<P | null>;
  state: Ref<RemoteState>;
  error: Ref<unknown>;
  syncedAt: Ref<number | null>;
  hasMore: Ref<boolean>;
  more: () => Promise<void>;
  moreError: Ref<unknown>;
  /** how many the server has that are not shown yet */
  fresh: Ref<number>;
  reload: () => Promise<void>;
  /** takes a row out which is done, without moving the others */
  forget: (id: string) => void;
}

export const PAGE = 50;
const LOOK_EVERY_MS = 30_000;

/**
 * A list of the desk, page by page. What arrives meanwhile is counted in `fresh` and only shown on `reload()`, so that
 * nothing moves under the operator's hand.
 */
export function useDeskList<T, P extends Answer<T> = Answer<T>>(
  path: string,
  idOf: (row: T) => string,
  query: () => Record<string, string | null> = () => ({}),
): DeskList<T, P> {
  const key = () => `private:${path}:${JSON.stringify(query())}`;
  const read = (cursor: string | null, signal?: AbortSignal) =>
    get<P>(path, { ...query(), cursor, limit: PAGE }, signal);
  const first = useRemote<P>(key, (signal) => read(null, signal));
  const later = shallowRef<T[]>([]);
  const cursor = ref<string | null>(null);
  const moreError = shallowRef<unknown>(null);
  const gone = shallowRef<ReadonlySet<string>>(new Set());
  const fresh = ref(0);

  const items = computed(() => {
    const seen = new Set(gone.value);
    const rows = [...(first.data.value?.items ?? []), ...later.value];
    return rows.filter((row) => !seen.has(idOf(row)) && seen.add(idOf(row)));
  });
  const after = computed(() => (later.value.length ? cursor.value : (first.data.value?.next ?? null)));

  async function more(): Promise<void> {
    if (after.value === null) return;
    const asked = key();
    moreError.value = null;
    try {
      const page = await read(after.value);
      if (asked !== key()) return;
      later.value = [...later.value, ...page.items];
      cursor.value = page.next;
    } catch (problem) {
      moreError.value = problem;
    }
  }

  async function look(): Promise<void> {
    if (document.visibilityState !== "visible" || first.state.value !== "ready") return;
    try {
      const shown = new Set([...items.value.map(idOf), ...gone.value]);
      fresh.value = (await read(null)).items.filter((row) => !shown.has(idOf(row))).length;
    } catch (problem) {
      // The next look tells; what is shown stays readable.
      if (!(problem instanceof ApiError) && !(problem instanceof NetworkError)) throw problem;
    }
  }

  function forget(id: string): void {
    gone.value = new Set([...gone.value, id]);
  }

  watch(key, () => {
    later.value = [];
    cursor.value = null;
    gone.value = new Set();
  });
  watch(first.error, (problem) => {
    if (problem instanceof ApiError && problem.status === 401) sessionEnded();
  });
  watch(first.data, () => {
    fresh.value = 0;
  });
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  onScopeDispose(() => clearInterval(timer));

  return {
    items,
    first: first.data,
    state: first.state,
    error: first.error,
    syncedAt: first.syncedAt,
    hasMore: computed(() => after.value !== null),
    more,
    moreError,
    fresh,
    reload: first.reload,
    forget,
  };
}
