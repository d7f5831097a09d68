import { type Exif, instant, type NewPhoto } from "../outbox";
import { type Drawn, type Frame, LONGEST, MOST_BYTES } from "./draw";
import { readExif } from "./exif";
import { type Header, readHeader } from "./header";
import { shrink, shrinkFrame } from "./shrink";

const LIVE_MS = 120_000;
const SECOND_LOOK_MS = 250;

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

/** A photo ready to be kept, and whether it is next to black. */
export interface Prepared {
  photo: NewPhoto;
  dark: boolean;
}

/**
 * A picked or taken file as the bytes that will be sent: facts first, then shrunk; what this browser cannot decode
 * (HEIC in most) stays as it is, byte for byte. Throws Unusable.
 */
export async function prepare(file: Blob, options: PrepareOptions): Promise<Prepared> {
  const original = await file.arrayBuffer();
  if (original.byteLength === 0) throw new Unusable("empty");
  const header = readHeader(new Uint8Array(original));
  const exif = await readExif(original);
  const drawn = await tryDraw(original, header, exif, file.type);
  const keep = !drawn || keepsOriginal(original, header, exif, drawn);
  if (keep && original.byteLength > options.limit) throw new Unusable("too_large");
  const photo: NewPhoto = {
    bytes: keep ? original : drawn.bytes,
    mime: keep ? (header.mime ?? (file.type || "application/octet-stream")) : "image/jpeg",
    width: drawn ? (keep ? drawn.from.width : drawn.width) : null,
    height: drawn ? (keep ? drawn.from.height : drawn.height) : null,
    taken_at: takenAt(exif, options),
    exif,
    thumb: drawn?.thumb ?? null,
  };
  return { photo, dark: drawn?.dark ?? false };
}

/**
 * The viewfinder's frame at `shutter` (ms since epoch). A camera that has just woken up gives black frames: then one
 * more is taken, and when that is black too it is kept and said to be so.
 */
export async function prepareFrame(grab: () => Promise<Frame>, shutter: number): Promise<Prepared> {
  let drawn = await shrinkFrame(grab, LONGEST);
  if (drawn.dark) {
    await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK_MS));
    const second = await shrinkFrame(grab, LONGEST).catch(() => drawn);
    if (!second.dark) drawn = second;
  }
  const { bytes, width, height, thumb, dark } = drawn;
  const photo = { bytes, mime: "image/jpeg", width, height, taken_at: instant(shutter), exif: null, thumb };
  return { photo, dark };
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
  return original.byteLength <= MOST_BYTES || drawn.bytes.byteLength >= original.byteLength;
}

/** The camera's photo was taken now, unless its own tags say otherwise: some "cameras" are file choosers. */
function takenAt(exif: Exif | null, { live, now }: PrepareOptions): string | null {
  // Without a zone in the tags it is read as this phone's local time.
  const tagged = exif?.taken_at ? Date.parse(exif.taken_at) : Number.NaN;
  if (live && (Number.isNaN(tagged) || Math.abs(now - tagged) <= LIVE_MS)) return instant(now);
  return Number.isNaN(tagged) ? null : instant(tagged);
}
