import { problem, seconds } from "../api/problem";
import { BadReceipt, verifiedReceipt } from "./receipt";
import type { Answer } from "./transport";
import type { Item, ItemError, Photo, Receipt } from "./types";

/** What an answer of the network means for an item. */
export type Verdict =
  | { kind: "receipt"; receipt: Receipt }
  /** not now: try again later; `everything`: the server or the network as a whole, not this item */
  | { kind: "later"; error: ItemError; retryAfterMs: number | null; everything: boolean }
  /** damaged on the way: the same bytes again, at once */
  | { kind: "again" }
  /** the device's token is not known any more: register again */
  | { kind: "new_token"; error: ItemError }
  | { kind: "sign_in"; error: ItemError }
  /** the server does not know the report (restored from a backup): start with the report again */
  | { kind: "unknown" }
  /** this photo, for good; its bytes stay on the phone */
  | { kind: "photo_refused"; reason: string }
  /** the server named a rule: a person decides */
  | { kind: "attention"; error: ItemError };

export type Asked = "payload" | "photo" | "receipt";

/** Reads an answer to a PUT of the payload, a PUT of a photo, or a GET of the receipt. */
export function judge(answer: Answer, asked: Asked, item: Item, photos: Photo[], now: number): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return success(answer, item, photos, now);
  const named = problemIn(answer);
  // Without our own words it is a gateway, a portal or a proxy: nothing is concluded from it.
  if (!named) {
    const code = status >= 500 ? "server_down" : "portal";
    const error = { status, code, detail: "", at: now };
    return { kind: "later", error, retryAfterMs: retryAfter(answer), everything: true };
  }
  const error: ItemError = { status, code: named.code, detail: named.detail, at: now };
  if (status === 401) {
    const token = named.facts.device === true || item.owner === null;
    return { kind: token ? "new_token" : "sign_in", error };
  }
  if (status === 403 && named.code === "wrong_account") return { kind: "sign_in", error };
  if (status === 404 && asked !== "payload" && /^unknown_|^not_found$/.test(named.code))
    return { kind: "unknown" };
  if (status === 422 && named.code === "digest_mismatch") return { kind: "again" };
  if (asked === "photo") {
    if (status === 415) return { kind: "photo_refused", reason: reasonOf(named.facts) ?? named.code };
    if (status === 413 && reasonOf(named.facts)) {
      return { kind: "photo_refused", reason: reasonOf(named.facts) ?? named.code };
    }
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const everything = status === 429 || status === 503 || status === 507;
    return { kind: "later", error, retryAfterMs: retryAfter(answer), everything };
  }
  return { kind: "attention", error };
}

function success(answer: Answer, item: Item, photos: Photo[], now: number): Verdict {
  try {
    if (![200, 201, 202].includes(answer.status)) throw new BadReceipt("another status");
    return { kind: "receipt", receipt: verifiedReceipt(answer, item, photos) };
  } catch (failure) {
    if (!(failure instanceof BadReceipt)) throw failure;
    const code = answer.header("X-Intake") === "1" ? "bad_receipt" : "portal";
    const error = { status: answer.status, code, detail: failure.message, at: now };
    return { kind: "later", error, retryAfterMs: null, everything: code === "portal" };
  }
}

function problemIn(answer: Answer) {
  if (!/[/+]json/.test(answer.header("Content-Type") ?? "")) return null;
  try {
    const named = problem(answer.status, JSON.parse(answer.text), answer.header("Retry-After"));
    return named.code.startsWith("http_") ? null : named;
  } catch {
    return null;
  }
}

const reasonOf = (facts: Record<string, unknown>): string | null =>
  typeof facts.reason === "string" ? facts.reason : null;

function retryAfter(answer: Answer): number | null {
  const wait = seconds(answer.header("Retry-After"));
  return wait === null ? null : wait * 1000;
}
