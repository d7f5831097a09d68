import Dexie, { type Table } from "dexie";

interface Kept {
  key: string;
  value: unknown;
  at: number;
}

/** What was read from the server, kept to be readable without network. Nothing here is the only copy of anything. */
class Cache extends Dexie {
  kept!: Table<Kept, string>;

  constructor() {
    super("xuncheng-cache");
    this.version(1).stores({ kept: "key, at" });
  }
}

const cache = new Cache();

/** The kept value and when it came from the server; null when there is none or the browser has no storage. */
export async function recall<T>(key: string): Promise<{ value: T; at: number } | null> {
  try {
    const row = await cache.kept.get(key);
    return row ? { value: row.value as T, at: row.at } : null;
  } catch {
    return null;
  }
}

/** Keeps a plain JSON value; a full or forbidden storage only costs the offline reading. */
export async function keep(key: string, value: unknown, at: number = Date.now()): Promise<void> {
  try {
    await cache.kept.put({ key, value: JSON.parse(JSON.stringify(value)), at });
  } catch {
    // Reading on works without the copy.
  }
}

/** Forgets what the person who signs out could read. */
export async function forgetPrivate(): Promise<void> {
  try {
    await cache.kept.where("key").startsWith("private:").delete();
  } catch {
    // Nothing was kept then.
  }
}
