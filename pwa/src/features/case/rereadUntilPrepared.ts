import { onScopeDispose, type Ref, watch } from "vue";
import type { CaseDetail } from "../../api/types";

const FIRST_MS = 1_500;
const LONGEST_MS = 30_000;

const unprepared = (detail: CaseDetail | null): boolean =>
  [...(detail?.photos ?? []), ...(detail?.history.flatMap((row) => row.photos) ?? [])].some(
    (photo) => photo.state === "stored",
  );

/** Photos that arrived moments ago are still being prepared: the page is read again until they can be seen. */
export function rereadUntilPrepared(detail: Ref<CaseDetail | null>, reload: () => Promise<void>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_MS;
  watch(detail, (fresh) => {
    clearTimeout(timer);
    if (!unprepared(fresh)) wait = FIRST_MS;
    else {
      timer = setTimeout(() => void reload(), wait);
      wait = Math.min(2 * wait, LONGEST_MS);
    }
  });
  onScopeDispose(() => clearTimeout(timer));
}
