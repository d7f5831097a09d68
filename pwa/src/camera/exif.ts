import type { Exif } from "../outbox";
import { exifAsJpeg } from "./exifBlock";
import { readHeader } from "./header";

type Raw = Record<string, unknown>;

/** What the original says of place, time and orientation; null where it says nothing that makes sense. Never throws. */
export async function readExif(bytes: ArrayBuffer): Promise<Exif | null> {
  try {
    const all = new Uint8Array(bytes);
    const block = exifAsJpeg(all, readHeader(all).mime);
    const { parse } = await import("exifr/dist/lite.esm.mjs");
    const raw = await parse(block ?? bytes, { gps: true, reviveValues: false, translateValues: false });
    return raw ? exifFacts(raw) : null;
  } catch {
    return null;
  }
}

/** The facts in exifr's raw values. Position: both or neither, never 0,0 and never out of range. */
export function exifFacts(raw: Raw): Exif | null {
  const [lon, lat] = [degrees(raw.longitude, 180), degrees(raw.latitude, 90)];
  const placed = lon !== null && lat !== null && !(lon === 0 && lat === 0);
  const orientation = raw.Orientation;
  const facts: Exif = {
    lon: placed ? lon : null,
    lat: placed ? lat : null,
    taken_at: taken(raw),
    orientation: typeof orientation === "number" && orientation >= 1 && orientation <= 8 ? orientation : null,
  };
  return Object.values(facts).some((fact) => fact !== null) ? facts : null;
}

function degrees(value: unknown, most: number): number | null {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= most ? value : null;
}

/** EXIF time has no zone of its own: with an offset tag it becomes an instant, without one it stays a local time. */
function taken(raw: Raw): string | null {
  const text = raw.DateTimeOriginal ?? raw.DateTimeDigitized;
  const parts =
    typeof text === "string" ? /^(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text.trim()) : null;
  if (!parts) return null;
  const local = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`;
  if (Number.isNaN(Date.parse(local))) return null;
  const offset = raw.OffsetTimeOriginal ?? raw.OffsetTime;
  return typeof offset === "string" && /^[+-]\d\d:\d\d$/.test(offset.trim()) ? local + offset.trim() : local;
}
