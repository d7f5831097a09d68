/** The same drain without a page: the service worker's bonus where Background Sync exists. */
import { recall } from "../api/cache";
import { OutboxDb } from "./db";
import { drain, nextDue } from "./drain";
import { alone } from "./lock";
import { byFetch } from "./transport";
import type { World } from "./world";

/**
 * Sends what is due under whoever is signed in on this phone. Rejects while something is left that could be sent
 * later, so that the browser calls again.
 */
export async function drainOnce(): Promise<void> {
  const person = (await recall<{ id: string } | null>("session"))?.value?.id ?? null;
  let ended = false;
  const world: World = {
    db: new OutboxDb(),
    send: byFetch(""),
    now: () => Date.now(),
    random: () => Math.random(),
    person: () => (ended ? null : person),
    // The page learns of it when it asks the server itself.
    sessionEnded: () => {
      ended = true;
    },
  };
  try {
    await alone(world, () => drain(world));
    if ((await nextDue(world)) !== null) throw new Error("something is left to send");
  } finally {
    world.db.close();
  }
}
