import { noteServerTime } from "./clock";
import { ApiError, NetworkError } from "./errors";
import { problem } from "./problem";

type Method = "GET" | "POST" | "PUT" | "DELETE";
type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** false: the session alone says who asks, and nobody waits for the phone's storage */
  device?: boolean;
}

let bearer: () => Promise<string | null> = async () => null;

/** The outbox knows the device's token; it hands it over here so that every call names the device. */
export function setBearer(provider: () => Promise<string | null>): void {
  bearer = provider;
}

/** Headers which every request to our server carries; unsafe ones show that a page of ours made them. */
export async function callHeaders(method: Method, device = true): Promise<Record<string, string>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Client"] = "pwa";
  const token = device ? await bearer() : null;
  if (token) headers.Authorization = `Bearer ${token}`;
  return headers;
}

/**
 * One call to `/api/v1{path}`; resolves with the JSON body (undefined for 204).
 * Throws ApiError for a problem the server named, NetworkError when no answer of ours came.
 */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  // The browser is sure about "no network" (about the opposite it is not): nothing is asked in vain.
  if (navigator.onLine === false) throw new NetworkError("offline");
  const headers = await callHeaders(method, options.device);
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 20_000);
  init.signal = options.signal ? either(options.signal, timeout) : timeout;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new NetworkError(timeout.aborted ? "timeout" : "offline");
  }
  return read<T>(response);
}

/** AbortSignal.any, which phones of 2023 do not have yet (Safari 17.4, Chrome 116). */
function either(one: AbortSignal, other: AbortSignal): AbortSignal {
  if (AbortSignal.any) return AbortSignal.any([one, other]);
  const both = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener("abort", () => both.abort(signal.reason), { once: true, signal: both.signal });
  }
  return both.signal;
}

function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

async function read<T>(response: Response): Promise<T> {
  noteServerTime(response.headers.get("date"));
  if (response.status === 204) return undefined as T;
  if (!/[/+]json/.test(response.headers.get("content-type") ?? "")) {
    // Gateways answer 5xx with pages of their own; a 2xx page that is not ours is a captive portal.
    if (response.status >= 500) throw new ApiError(response.status, "server_down", "");
    throw new NetworkError("portal");
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new NetworkError("offline");
  }
  if (response.ok) return body as T;
  throw problem(response.status, body, response.headers.get("retry-after"));
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  call<T>("GET", path, { query, signal });
export const post = <T>(path: string, body?: unknown) => call<T>("POST", path, { body });
export const put = <T>(path: string, body?: unknown) => call<T>("PUT", path, { body });
export const remove = (path: string) => call<void>("DELETE", path);
