import { type Ask, type Drawn, draw, type FileAsk, type Frame, type NewSurface } from "./draw";

const PATIENCE_MS = 30_000;

let worker: Worker | null = null;

let busy: Promise<unknown> = Promise.resolve();

/** One picture after the other: two bitmaps of a large camera are more than a small phone has. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const mine = busy.then(work);
  busy = mine.catch(() => undefined);
  return mine;
}

/** Shrinks in a worker where the browser can, else in the page. Throws when the picture cannot be decoded. */
export const shrink = (ask: FileAsk): Promise<Drawn> => alone(() => drawn(async () => ask));

/** The same for a frame of the viewfinder. It is grabbed anew when the worker died with the first. */
export const shrinkFrame = (grab: () => Promise<Frame>, longest: number): Promise<Drawn> =>
  alone(() => drawn(async () => ({ frame: await grab(), longest })));

async function drawn(ask: () => Promise<Ask>): Promise<Drawn> {
  if (typeof OffscreenCanvas === "undefined" || typeof Worker === "undefined")
    return draw(await ask(), onPage);
  try {
    return await inWorker(await ask());
  } catch (failure) {
    worker?.terminate();
    worker = null;
    if (failure instanceof Undecodable) throw failure;
    return draw(await ask(), onPage);
  }
}

/** Made before the first photo, so that the shutter does not wait for it. */
export function wakeWorker(): void {
  if (typeof OffscreenCanvas === "undefined" || typeof Worker === "undefined") return;
  worker ??= newWorker();
}

const newWorker = () => new Worker(new URL("./shrink.worker.ts", import.meta.url), { type: "module" });

export class Undecodable extends Error {
  override name = "Undecodable";
}

function inWorker(ask: Ask): Promise<Drawn> {
  worker ??= newWorker();
  const hand = worker;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the worker is silent")), PATIENCE_MS);
    hand.onmessage = (event: MessageEvent<{ drawn?: Drawn; failure?: string }>) => {
      clearTimeout(timer);
      if (event.data.drawn) resolve(event.data.drawn);
      else reject(new Undecodable(event.data.failure));
    };
    hand.onerror = (event) => {
      clearTimeout(timer);
      reject(new Error(event.message));
    };
    hand.postMessage(ask, "frame" in ask ? [ask.frame] : []);
  });
}

const onPage: NewSurface = (width, height) => {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Undecodable("no canvas");
  const blobOf = (quality: number) =>
    new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Undecodable("empty"))),
        "image/jpeg",
        quality,
      ),
    );
  return { context, jpeg: async (quality) => (await blobOf(quality)).arrayBuffer() };
};
