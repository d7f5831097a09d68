import Dexie, { type PromiseExtended, type Table, type TransactionMode } from "dexie";
import { isGone } from "./failures";
import { tell } from "./health";

/** How long to wait before each new connection: the first one at once, then while the browser's process comes back. */
const WAITS_MS = [0, 150, 600, 2_000];

interface Inside {
  _tx?: unknown;
  _trans: (mode: TransactionMode, work: unknown, locked?: unknown) => PromiseExtended<unknown>;
}

/**
 * Makes every read and every transaction of `db` outlive a lost connection: closed, opened again, done again. Whole
 * transactions only: one that broke off wrote nothing. Those that may have been written without an answer are met by
 * writing them so that a second run changes nothing.
 */
export function lasting(db: Dexie): void {
  let reopening: PromiseExtended<void> | null = null;

  function reopen(stale: IDBDatabase | null, waitMs: number): PromiseExtended<void> {
    const present = db.isOpen() ? db.backendDB() : null;
    // Another operation met the same loss before and was quicker.
    if (present && present !== stale) return Dexie.Promise.resolve() as PromiseExtended<void>;
    reopening ??= (pause(waitMs) as PromiseExtended<unknown>)
      .then(() => {
        db.close({ disableAutoOpen: false });
        return db.open();
      })
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        reopening = null;
      }) as PromiseExtended<void>;
    return reopening;
  }

  function again<T>(work: () => PromiseExtended<T>, tried = 0): PromiseExtended<T> {
    const stale = db.backendDB();
    return work().catch((error: unknown) => {
      const wait = WAITS_MS[tried];
      if (!isGone(error) || db.hasBeenClosed()) throw error;
      if (wait === undefined) {
        tell("lost");
        throw error;
      }
      return reopen(stale, wait).then(() => again(work, tried + 1));
    }) as PromiseExtended<T>;
  }

  const within = () => Dexie.currentTransaction?.db === db;

  const transaction = db.transaction.bind(db) as (...all: unknown[]) => PromiseExtended<unknown>;
  db.transaction = ((...all: unknown[]) =>
    within() ? transaction(...all) : again(() => transaction(...all))) as typeof db.transaction;

  // A read or write outside a transaction makes its own; Dexie has one place for that.
  const table = (db as unknown as { Table: { prototype: Table & Inside } }).Table.prototype as Inside;
  const single = table._trans;
  table._trans = function (this: Inside, mode, work, locked) {
    const once = () => single.call(this, mode, work, locked);
    return this._tx || within() ? once() : again(once);
  };
}

const pause = (ms: number) =>
  ms === 0 ? Dexie.Promise.resolve() : new Dexie.Promise((resolve) => setTimeout(resolve, ms));
