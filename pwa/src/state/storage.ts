import { shallowRef } from "vue";
import { type Loss, lookForLoss, lossRead, onTrouble, type Trouble } from "../outbox";

/** What the browser removed from this phone, until somebody has read it. */
export const loss = shallowRef<Loss | null>(null);
/** What is wrong with the storage right now; null: nothing that we know of. */
export const trouble = shallowRef<Trouble | null>(null);

let looked: () => void = () => undefined;
/** Settles when this start has compared the storage with what it was before. */
export const lossLooked = new Promise<void>((resolve) => {
  looked = resolve;
});

export function watchStorage(): void {
  onTrouble((kind) => {
    trouble.value = kind;
  });
  lookForLoss()
    .then((found) => {
      loss.value = found;
    })
    .catch((failure: unknown) => console.warn("storage", failure))
    .finally(() => looked());
}

export async function readLoss(): Promise<void> {
  loss.value = null;
  await lossRead();
}
