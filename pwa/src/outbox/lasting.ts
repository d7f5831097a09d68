import Dexie, { type PromiseExtended, type Table, type TransactionMode } from "dexie";
import { tell } from "./health";

/** How long to wait before each new connection: the first one at once, then while the browser's process comes back. */
const WAITS_MS = [0, 150, 600, 2_000];

const GONE = ["UnknownError", "InvalidStateError", "DatabaseClosedError", "OpenFailedError"];
const GONE_WORDS = /Indexed Database server lost|connection is clos|Internal error/i;

interface Named {
  name?: unknown;
  message?: unknown;
  inner?: unknown;
}

const inner = (error: unknown): unknown => (error as Named | null)?.inner ?? null;

const named = (error: unknown, name: string): boolean => (error as Named | null)?.name === name;

/** No room is left for what was to be written. Browsers hide it in the abort of the transaction. */
export const isFull = (error: unknown): boolean =>
  error !== null && (named(error, "QuotaExceededError") || isFull(inner(error)));

/** The connection went away (WebKit severs it for pages in the background); the work itself was not wrong. */
export function isGone(error: unknown): boolean {
  if (error === null || isFull(error)) return false;
  if (named(error, "AbortError")) return inner(error) === null || isGone(inner(error));
  const { name, message } = error as Named;
  return GONE.includes(String(name)) || GONE_WORDS.test(String(message)) || isGone(inner(error));
}

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
