/**
 * PNG and WebP carry the same EXIF block as JPEG, in a chunk of their own. It is handed on inside the smallest JPEG
 * there is, which every EXIF reader understands. Null when the file has no such chunk.
 */
export function exifAsJpeg(bytes: Uint8Array, mime: string | null): ArrayBuffer | null {
  const block = mime === "image/png" ? inPng(bytes) : mime === "image/webp" ? inWebp(bytes) : null;
  const head = new TextEncoder().encode("Exif\0\0");
  if (!block || block.length + head.length + 2 > 0xffff) return null;
  const bare = text(block, 0, 4) === "Exif" ? block.subarray(6) : block;
  const length = 2 + head.length + bare.length;
  return new Uint8Array([0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 0xff, ...head, ...bare, 0xff, 0xd9])
    .buffer;
}

const text = (bytes: Uint8Array, from: number, length: number) =>
  String.fromCharCode(...bytes.subarray(from, from + length));

function inPng(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (text(bytes, at + 4, 4) === "eXIf") return bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  return null;
}

function inWebp(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (text(bytes, at, 4) === "EXIF") return bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length % 2);
  }
  return null;
}
