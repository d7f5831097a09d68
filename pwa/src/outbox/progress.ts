/** How far uploads are, in this page and in memory only: a state is what is on disk, this is just a moving bar. */
type Listener = () => void;

const sent = new Map<string, number>();
const listeners = new Set<Listener>();

/** Bytes of this photo which have left the phone in the running attempt; 0 when none runs. */
export const sentOf = (photoId: string): number => sent.get(photoId) ?? 0;

export function setSent(photoId: string, bytes: number | null): void {
  if (bytes === null) sent.delete(photoId);
  else sent.set(photoId, bytes);
  for (const listener of listeners) listener();
}

export function onProgress(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
