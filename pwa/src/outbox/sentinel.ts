import { getMeta, type OutboxDb, setMeta } from "./db";
import type { World } from "./world";

/** What is remembered outside of the outbox: since when this phone keeps work, when that was last seen, how much. */
export interface Trace {
  born: number;
  seen: number;
  unsent: number;
}

/** A place outside of IndexedDB that an eviction may spare. */
export interface Witness {
  read: () => Trace | null;
  write: (trace: Trace) => void;
}

/** The browser removed this app's data: some time after `seen`, when `unsent` items were waiting. */
export interface Loss {
  seen: number;
  noticed: number;
  unsent: number;
}

interface Sentinel {
  born: number;
}

/**
 * Compares the storage with what the witnesses remember; a storage that is empty although something was kept in it
 * has been removed by the browser (or by hand). Returns the loss which the person has not read yet, or null.
 */
export async function lookForLoss(world: World, witnesses: Witness[]): Promise<Loss | null> {
  const { db } = world;
  const traces = witnesses.map((witness) => witness.read()).filter((trace) => trace !== null);
  const trace = traces.sort((a, b) => b.seen - a.seen)[0];
  await db.transaction("rw", db.meta, async () => {
    if (!trace || (await getMeta<Sentinel>("sentinel", db))) return;
    const loss: Loss = { seen: trace.seen, noticed: world.now(), unsent: trace.unsent };
    await setMeta("loss", loss, db);
    await setMeta("sentinel", { born: world.now() }, db);
  });
  return getMeta<Loss>("loss", db);
}

/** Notes that something is kept here; nothing is noted on a phone that never kept anything. */
export async function noteKept(world: World, witnesses: Witness[], unsent: number): Promise<void> {
  const { db } = world;
  const born = await db.transaction("rw", db.meta, async () => {
    const known = await getMeta<Sentinel>("sentinel", db);
    if (known || unsent === 0) return known?.born ?? null;
    await setMeta("sentinel", { born: world.now() }, db);
    return world.now();
  });
  if (born === null) return;
  for (const witness of witnesses) witness.write({ born, seen: world.now(), unsent });
}

/** The person has read it. */
export const lossRead = (db: OutboxDb): Promise<void> => db.meta.delete("loss");

const NAME = "xuncheng.kept";
const YEAR_S = 31_536_000;

/** localStorage, which some browsers empty apart from IndexedDB. */
export const localWitness: Witness = {
  read: () => parsed(localStorage.getItem(NAME)),
  write: (trace) => localStorage.setItem(NAME, written(trace)),
};

/** A cookie, which evictions of storage leave alone: three numbers, nothing about a person. */
export const cookieWitness: Witness = {
  read: () => parsed(/(?:^|; )xuncheng_kept=([\d.]+)/.exec(document.cookie)?.[1] ?? null),
  write: (trace) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is missing in WebKit and Firefox
    document.cookie = `xuncheng_kept=${written(trace)}; path=/; max-age=${YEAR_S}; SameSite=Strict`;
  },
};

const written = ({ born, seen, unsent }: Trace): string => [born, seen, unsent].join(".");

function parsed(text: string | null): Trace | null {
  const [born, seen, unsent] = (text ?? "").split(".").map(Number);
  return born && seen && unsent !== undefined && !Number.isNaN(born + seen + unsent)
    ? { born, seen, unsent }
    : null;
}
