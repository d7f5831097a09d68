import { liveQuery } from "dexie";
import { shallowRef } from "vue";
import { db } from "../outbox";

/** How many items are on this phone and not yet delivered; read from disk, so the same in every tab. */
export const unsent = shallowRef(0);

export function watchUnsent(): void {
  liveQuery(() => db.items.where("state").notEqual("delivered").count()).subscribe({
    next: (count) => {
      unsent.value = count;
    },
    error: () => {
      unsent.value = 0;
    },
  });
}
