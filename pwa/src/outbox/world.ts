import type { OutboxDb } from "./db";
import type { Send } from "./transport";

/** The name of its database on the phone. */
export const DATABASE = "capture";

/** What the outbox needs from outside: storage, network, time, chance, and who is signed in at this moment. */
export interface World {
  db: OutboxDb;
  send: Send;
  now: () => number;
  random: () => number;
  /** how full the browser says its storage for us is, in bytes; null: it does not say */
  storage?: () => Promise<{ used: number; quota: number } | null>;
  /** id of the person whose session this phone has; null: nobody, or the session has ended */
  person: () => string | null;
  /** how often somebody has signed in here: what an earlier session was answered says nothing of the present one */
  signIns?: () => number;
  /** the server said that this person's session has ended */
  sessionEnded: () => void;
}
