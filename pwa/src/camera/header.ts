/** What the first bytes of a picture say, without decoding it. */
export interface Header {
  mime: "image/jpeg" | "image/png" | "image/webp" | "image/heic" | null;
  /** pixels as stored, before an orientation tag; null when the header does not tell */
  width: number | null;
  height: number | null;
}

/** Magic bytes decide, never a file's name or the type that a phone claims. */
export function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { mime: "image/jpeg", ...jpegSize(view) };
  if (text(1, 3) === "PNG" && bytes.length >= 24) {
    return { mime: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP")
    return { mime: "image/webp", width: null, height: null };
  if (text(4, 4) === "ftyp" && /^(heic|heix|heim|heis|hevc|mif1|msf1|avif)$/.test(text(8, 4))) {
    return { mime: "image/heic", width: null, height: null };
  }
  return { mime: null, width: null, height: null };
}

function jpegSize(view: DataView): { width: number | null; height: number | null } {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    // SOF0 … SOF15 carry the size; DHT, JPG and DAC share the range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return { width: null, height: null };
}
