import { sha256 } from "./digest";
import type { World } from "./world";

const SIZE = 1_000_000;
const CHUNK = 65_536;

/** Writes a megabyte as a photo is written, reads it back and compares hashes; the time it took, in ms. Raises what fails. */
export async function probeStorage({ db }: Pick<World, "db">): Promise<number> {
  const bytes = new Uint8Array(SIZE);
  for (let at = 0; at < SIZE; at += CHUNK) crypto.getRandomValues(bytes.subarray(at, at + CHUNK));
  const hash = await sha256(bytes);
  const started = performance.now();
  try {
    await db.bytes.put({ photo_id: "probe", bytes: bytes.buffer });
    const kept = await db.bytes.get("probe");
    if (!kept || (await sha256(kept.bytes)) !== hash) throw new Error("the bytes read back differ");
    return Math.round(performance.now() - started);
  } finally {
    await db.bytes.delete("probe");
  }
}
