import { onScopeDispose, type Ref, watch } from "vue";
import type { CaseDetail } from "../../api/types";

const WAITS_MS = [1_500, 3_000, 6_000, 12_000, 24_000];

const unprepared = (detail: CaseDetail | null): boolean =>
  [...(detail?.photos ?? []), ...(detail?.history.flatMap((row) => row.photos) ?? [])].some(
    (photo) => photo.state === "stored",
  );

/** Photos that arrived moments ago are still being prepared: the page is read again until they can be seen. */
export function rereadUntilPrepared(detail: Ref<CaseDetail | null>, reload: () => Promise<void>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tried = 0;
  watch(detail, (fresh) => {
    clearTimeout(timer);
    const wait = WAITS_MS[tried];
    if (!unprepared(fresh)) tried = 0;
    else if (wait !== undefined) {
      tried += 1;
      timer = setTimeout(() => void reload(), wait);
    }
  });
  onScopeDispose(() => clearTimeout(timer));
}
