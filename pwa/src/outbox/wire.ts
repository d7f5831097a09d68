import { attemptTimeout } from "./backoff";
import { contentDigest } from "./digest";
import type { Request } from "./transport";
import type { Item, Photo } from "./types";

const STALL_MS = 30_000;

/** The address of a report or of a move on a case. */
export const itemPath = (item: Pick<Item, "id" | "kind" | "subject">): string =>
  item.kind === "report"
    ? `/api/v1/reports/${item.id}`
    : `/api/v1/cases/${item.subject ?? ""}/moves/${item.id}`;

const headers = (token: string, more: Record<string, string> = {}) => ({
  Accept: "application/json",
  Authorization: `Bearer ${token}`,
  "X-Client": "pwa",
  ...more,
});

export function payloadRequest(item: Item, token: string): Request {
  const body = new TextEncoder().encode(item.payload);
  return {
    method: "PUT",
    path: itemPath(item),
    headers: headers(token, {
      "Content-Type": "application/json",
      "Content-Digest": contentDigest(item.payload_sha256),
    }),
    body,
    timeoutMs: attemptTimeout(body.byteLength),
  };
}

export function photoRequest(
  item: Item,
  photo: Photo,
  bytes: ArrayBuffer,
  token: string,
  onProgress: (sent: number) => void,
): Request {
  return {
    method: "PUT",
    path: `${itemPath(item)}/photos/${photo.id}`,
    headers: headers(token, { "Content-Type": photo.mime, "Content-Digest": contentDigest(photo.sha256) }),
    body: new Uint8Array(bytes),
    timeoutMs: attemptTimeout(bytes.byteLength),
    stallMs: STALL_MS,
    onProgress,
  };
}

export const receiptRequest = (item: Item, token: string): Request => ({
  method: "GET",
  path: `${itemPath(item)}/receipt`,
  headers: headers(token),
  timeoutMs: 20_000,
});
