import { type DBSchema, type IDBPDatabase, openDB } from "idb";

interface Kept extends DBSchema {
  kept: { key: string; value: { key: string; value: unknown; at: number }; indexes: { at: number } };
}

/** An earlier version of the app made this database as its first one, which its library counts as 10. */
const VERSION = 10;
let opening: Promise<IDBPDatabase<Kept>> | null = null;

/**
 * What was read from the server, kept to be readable without network. Nothing here is the only copy of anything. It
 * is read before the first page, so it does without the outbox's library.
 */
function cache(): Promise<IDBPDatabase<Kept>> {
  const forget = () => {
    opening = null;
  };
  opening ??= openDB<Kept>("xuncheng-cache", VERSION, {
    upgrade: (db) => void db.createObjectStore("kept", { keyPath: "key" }).createIndex("at", "at"),
    // A browser may close it at any time; the next reader opens it again.
    terminated: forget,
    blocking: (_now, _wanted, event) => {
      (event.target as IDBDatabase).close();
      forget();
    },
  }).catch((failure: unknown) => {
    forget();
    throw failure;
  });
  return opening;
}

/** The kept value and when it came from the server; null when there is none or the browser has no storage. */
export async function recall<T>(key: string): Promise<{ value: T; at: number } | null> {
  try {
    const row = await (await cache()).get("kept", key);
    return row ? { value: row.value as T, at: row.at } : null;
  } catch {
    opening = null;
    return null;
  }
}

/** Keeps a plain JSON value; a full or forbidden storage only costs the offline reading. */
export async function keep(key: string, value: unknown, at: number = Date.now()): Promise<void> {
  try {
    await (await cache()).put("kept", { key, value: JSON.parse(JSON.stringify(value)), at });
  } catch {
    // Reading on works without the copy.
    opening = null;
  }
}

/** Forgets what the person who signs out could read. */
export async function forgetPrivate(): Promise<void> {
  try {
    await (await cache()).delete("kept", IDBKeyRange.bound("private:", "private:\uffff"));
  } catch {
    // Nothing was kept then.
    opening = null;
  }
}
