/**
 * What is wrong with this phone's storage, told to whoever shows it: `full`: no room; `lost`: the browser does not
 * give the storage back, a reload helps; `blocked`: another page of an older version keeps it.
 */
export type Trouble = "full" | "lost" | "blocked";

type Listener = (trouble: Trouble) => void;

const listeners = new Set<Listener>();

export function onTrouble(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tell(trouble: Trouble): void {
  for (const listener of listeners) listener(trouble);
}
