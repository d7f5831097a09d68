import { computed, type Ref } from "vue";
import { usePosition } from "../../camera/usePosition";
import type { Fix } from "../../outbox";
import { useDemoPlace } from "../report/useDemoPlace";

export interface Here {
  /** where the phone is (or, in a demo, stands); null: not known */
  here: Ref<Fix | null>;
  /** the same at a moment (ms since epoch), for what is decided then */
  fixAt: (at: number) => Fix | null;
}

/** The place of this phone while the page is open. With the demo's place on, the phone itself is not asked. */
export function useHere(): Here {
  const demo = useDemoPlace();
  const phone = demo.on.value ? null : usePosition();
  const fixAt = (at: number) => (demo.on.value ? demo.fixAt(at) : (phone?.fixAt(at) ?? null));
  const here = computed(() => {
    // Read so that a new fix is seen; `fixAt` itself only knows the clock.
    const newest = phone?.latest.value?.timestamp ?? Date.now();
    return fixAt(Math.max(newest, Date.now()));
  });
  return { here, fixAt };
}
