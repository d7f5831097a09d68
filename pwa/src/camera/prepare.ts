import { type Exif, instant, type NewPhoto } from "../outbox";
import type { Drawn } from "./draw";
import { LONGEST } from "./draw";
import { readExif } from "./exif";
import { type Header, readHeader } from "./header";
import { shrink } from "./shrink";

const SMALL_BYTES = 600_000;
const LIVE_MS = 120_000;

/** This cannot become a photo of a report: empty, or larger than the server takes and not to be shrunk here. */
export class Unusable extends Error {
  constructor(readonly code: "empty" | "too_large") {
    super(code);
    this.name = "Unusable";
  }
}

export interface PrepareOptions {
  /** taken just now by the camera, not picked from an album */
  live: boolean;
  now: number;
  /** the largest file that the server takes, bytes */
  limit: number;
}

/**
 * A picked or taken file as the bytes that will be sent: facts first, then shrunk; what this browser cannot decode
 * (HEIC in most) stays as it is, byte for byte. Throws Unusable.
 */
export async function prepare(file: Blob, options: PrepareOptions): Promise<NewPhoto> {
  const original = await file.arrayBuffer();
  if (original.byteLength === 0) throw new Unusable("empty");
  const header = readHeader(new Uint8Array(original));
  const exif = await readExif(original);
  const drawn = await tryDraw(original, header, exif, file.type);
  const keep = !drawn || keepsOriginal(original, header, exif, drawn);
  if (keep && original.byteLength > options.limit) throw new Unusable("too_large");
  return {
    bytes: keep ? original : drawn.bytes,
    mime: keep ? (header.mime ?? (file.type || "application/octet-stream")) : "image/jpeg",
    width: drawn ? (keep ? drawn.from.width : drawn.width) : null,
    height: drawn ? (keep ? drawn.from.height : drawn.height) : null,
    taken_at: takenAt(exif, options),
    exif,
    thumb: drawn?.thumb ?? null,
  };
}

async function tryDraw(
  bytes: ArrayBuffer,
  header: Header,
  exif: Exif | null,
  claimed: string,
): Promise<Drawn | null> {
  const turned = (exif?.orientation ?? 1) >= 5;
  try {
    return await shrink({
      bytes,
      mime: header.mime ?? claimed,
      width: turned ? header.height : header.width,
      height: turned ? header.width : header.height,
      longest: LONGEST,
    });
  } catch {
    return null;
  }
}

/** A small upright JPEG is sent as it is; so is one that a canvas made black or larger. */
function keepsOriginal(original: ArrayBuffer, header: Header, exif: Exif | null, drawn: Drawn): boolean {
  if (drawn.blank && original.byteLength > 20_000) return true;
  const fits = Math.max(drawn.from.width, drawn.from.height) <= LONGEST;
  const upright = (exif?.orientation ?? 1) === 1;
  // Browsers turn a JPEG by its tag, but not PNG and WebP: the server does.
  if (!upright && (header.mime === "image/webp" || header.mime === "image/png")) return true;
  if (!fits || !upright || header.mime !== "image/jpeg") return false;
  return original.byteLength <= SMALL_BYTES || drawn.bytes.byteLength >= original.byteLength;
}

/** The camera's photo was taken now, unless its own tags say otherwise: some "cameras" are file choosers. */
function takenAt(exif: Exif | null, { live, now }: PrepareOptions): string | null {
  // Without a zone in the tags it is read as this phone's local time.
  const tagged = exif?.taken_at ? Date.parse(exif.taken_at) : Number.NaN;
  if (live && (Number.isNaN(tagged) || Math.abs(now - tagged) <= LIVE_MS)) return instant(now);
  return Number.isNaN(tagged) ? null : instant(tagged);
}
