/** Shared by the worker and by pages whose browser has no OffscreenCanvas. */
export const LONGEST = 1920;
const THUMB = 240;
const QUALITY = 0.72;
const THUMB_QUALITY = 0.6;

export interface Ask {
  bytes: ArrayBuffer;
  mime: string;
  /** pixels as shown (after the orientation tag), when the header told them; spares a decode at full size */
  width: number | null;
  height: number | null;
  longest: number;
}

export interface Drawn {
  bytes: ArrayBuffer;
  thumb: ArrayBuffer;
  /** pixels of the original as shown */
  from: { width: number; height: number };
  width: number;
  height: number;
  /** every pixel alike: what a canvas gives when the phone ran out of memory */
  blank: boolean;
}

interface Surface {
  context: Pick<
    OffscreenCanvasRenderingContext2D,
    "imageSmoothingQuality" | "fillStyle" | "fillRect" | "drawImage" | "getImageData"
  >;
  jpeg: (quality: number) => Promise<ArrayBuffer>;
}

export type NewSurface = (width: number, height: number) => Surface;

/** Upright JPEG with the longest side at most `longest`, and a small one for lists. Throws when it cannot be decoded. */
export async function draw(ask: Ask, surface: NewSurface): Promise<Drawn> {
  const blob = new Blob([ask.bytes], { type: ask.mime });
  const bitmap = await decode(blob, ask);
  const from = {
    width: ask.width ?? bitmap.width,
    height: ask.height ?? bitmap.height,
  };
  try {
    const scale = Math.min(1, ask.longest / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
    const large = surface(width, height);
    paint(large.context, bitmap, width, height);
    const small = THUMB / Math.max(width, height);
    const [thumbWidth, thumbHeight] = [
      Math.max(1, Math.round(width * small)),
      Math.max(1, Math.round(height * small)),
    ];
    const thumb = surface(thumbWidth, thumbHeight);
    paint(thumb.context, bitmap, thumbWidth, thumbHeight);
    const blank = isBlank(thumb.context.getImageData(0, 0, thumbWidth, thumbHeight).data);
    return {
      bytes: await large.jpeg(QUALITY),
      thumb: await thumb.jpeg(THUMB_QUALITY),
      from,
      width,
      height,
      blank,
    };
  } finally {
    bitmap.close();
  }
}

async function decode(blob: Blob, ask: Ask): Promise<ImageBitmap> {
  const { width, height, longest } = ask;
  if (width && height && Math.max(width, height) > longest) {
    const scale = longest / Math.max(width, height);
    // Decoded and resized in one step: a 48-megapixel photo never stands in memory at full size.
    return createImageBitmap(blob, {
      imageOrientation: "from-image",
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
      resizeQuality: "high",
    });
  }
  return createImageBitmap(blob, { imageOrientation: "from-image" });
}

function paint(context: Surface["context"], bitmap: ImageBitmap, width: number, height: number): void {
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
}

export function isBlank(pixels: Uint8ClampedArray): boolean {
  for (let at = 4; at < pixels.length; at++) {
    if (at % 4 !== 3 && pixels[at] !== pixels[at % 4]) return false;
  }
  return true;
}
