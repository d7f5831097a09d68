import { getMeta, setMeta } from "./db";
import { uuid7 } from "./ids";
import type { World } from "./world";

const NAME = "drain";
const LEASE_MS = 60_000;

interface Lease {
  holder: string;
  until: number;
}

/** Runs `work` if no other tab does it. False: another one has it. Correctness never depends on this. */
export async function alone(world: World, work: () => Promise<void>): Promise<boolean> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return withLease(world, work);
  return locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    await work();
    return true;
  });
}

/** Without Web Locks (plain http): a row that says who, until when, renewed while the work runs. */
export async function withLease(world: World, work: () => Promise<void>): Promise<boolean> {
  const holder = uuid7(world.now());
  if (!(await take(world, holder))) return false;
  const renew = setInterval(() => void take(world, holder).catch(() => false), LEASE_MS / 3);
  try {
    await work();
  } finally {
    clearInterval(renew);
    await release(world, holder);
  }
  return true;
}

const take = ({ db, now }: World, holder: string): Promise<boolean> =>
  db.transaction("rw", db.meta, async () => {
    const lease = await getMeta<Lease>("lease", db);
    if (lease && lease.holder !== holder && lease.until > now()) return false;
    await setMeta("lease", { holder, until: now() + LEASE_MS }, db);
    return true;
  });

const release = ({ db }: World, holder: string): Promise<void> =>
  db.transaction("rw", db.meta, async () => {
    if ((await getMeta<Lease>("lease", db))?.holder === holder) await db.meta.delete("lease");
  });
