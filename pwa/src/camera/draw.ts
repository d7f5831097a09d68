/** Shared by the worker and by pages whose browser has no OffscreenCanvas. */
export const LONGEST = 1920;
const THUMB = 240;
/** A JPEG larger than this is made again at the next quality: a street without signal pays for every byte. */
export const MOST_BYTES = 600_000;
export const QUALITIES = [0.72, 0.6, 0.5] as const;
const THUMB_QUALITY = 0.6;
const DARK = 24;

export interface FileAsk {
  bytes: ArrayBuffer;
  mime: string;
  /** pixels as shown (after the orientation tag), when the header told them; spares a decode at full size */
  width: number | null;
  height: number | null;
  longest: number;
}

/** A frame of the viewfinder, upright. */
export type Frame = ImageBitmap | VideoFrame;

/** A picture that needs no decoding. Whoever draws it closes it. */
export interface FrameAsk {
  frame: Frame;
  longest: number;
}

export type Ask = FileAsk | FrameAsk;

export interface Drawn {
  bytes: ArrayBuffer;
  thumb: ArrayBuffer;
  /** pixels of the original as shown */
  from: { width: number; height: number };
  width: number;
  height: number;
  /** every pixel alike: what a canvas gives when the phone ran out of memory */
  blank: boolean;
  /** next to black: a finger before the lens, or a camera that has not woken up */
  dark: boolean;
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
  const bitmap = "frame" in ask ? ask.frame : await decode(ask);
  const told = "frame" in ask ? null : ask;
  const [across, down] = sizeOf(bitmap);
  const from = { width: told?.width ?? across, height: told?.height ?? down };
  try {
    const scale = Math.min(1, ask.longest / Math.max(across, down));
    const [width, height] = [Math.round(across * scale), Math.round(down * scale)];
    const large = surface(width, height);
    paint(large.context, bitmap, width, height);
    const small = THUMB / Math.max(width, height);
    const [thumbWidth, thumbHeight] = [
      Math.max(1, Math.round(width * small)),
      Math.max(1, Math.round(height * small)),
    ];
    const thumb = surface(thumbWidth, thumbHeight);
    paint(thumb.context, bitmap, thumbWidth, thumbHeight);
    const { data } = thumb.context.getImageData(0, 0, thumbWidth, thumbHeight);
    return {
      bytes: await withinBytes(large),
      thumb: await thumb.jpeg(THUMB_QUALITY),
      from,
      width,
      height,
      blank: isBlank(data),
      dark: isDark(data),
    };
  } finally {
    bitmap.close();
  }
}

const sizeOf = (frame: Frame): [number, number] =>
  "displayWidth" in frame ? [frame.displayWidth, frame.displayHeight] : [frame.width, frame.height];

/** The best quality whose bytes are within the limit, else the lowest. */
export async function withinBytes(surface: Pick<Surface, "jpeg">): Promise<ArrayBuffer> {
  let made: ArrayBuffer | null = null;
  for (const quality of QUALITIES) {
    made = await surface.jpeg(quality);
    if (made.byteLength <= MOST_BYTES) break;
  }
  return made as ArrayBuffer;
}

async function decode(ask: FileAsk): Promise<ImageBitmap> {
  const { width, height, longest } = ask;
  const blob = new Blob([ask.bytes], { type: ask.mime });
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

function paint(context: Surface["context"], bitmap: Frame, width: number, height: number): void {
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

/** All but a hundredth of the pixels are next to black. */
export function isDark(pixels: Uint8ClampedArray): boolean {
  let bright = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    if (Math.max(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0) >= DARK) bright += 1;
  }
  return bright * 100 < pixels.length / 4;
}
