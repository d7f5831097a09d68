import { fromHex, toBase64, toHex } from "./ids";

/** SHA-256 in hex. Plain http on a local network has no crypto.subtle: a WASM library stands in, loaded only then. */
export async function sha256(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  if (globalThis.crypto?.subtle) return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  const { sha256: wasm } = await import("hash-wasm");
  return wasm(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
}

/** The value of a Content-Digest header (RFC 9530) for a SHA-256 in hex. */
export const contentDigest = (hex: string): string => `sha-256=:${toBase64(fromHex(hex))}:`;
