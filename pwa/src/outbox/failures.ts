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
