import { type Ask, type Drawn, draw, type NewSurface } from "./draw";

const PATIENCE_MS = 30_000;

let worker: Worker | null = null;

/** Shrinks in a worker where the browser can, else in the page. Throws when the picture cannot be decoded. */
export async function shrink(ask: Ask): Promise<Drawn> {
  if (typeof OffscreenCanvas === "undefined" || typeof Worker === "undefined") return draw(ask, onPage);
  try {
    return await inWorker(ask);
  } catch (failure) {
    worker?.terminate();
    worker = null;
    if (failure instanceof Undecodable) throw failure;
    return draw(ask, onPage);
  }
}

export class Undecodable extends Error {
  override name = "Undecodable";
}

function inWorker(ask: Ask): Promise<Drawn> {
  worker ??= new Worker(new URL("./shrink.worker.ts", import.meta.url), { type: "module" });
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
    hand.postMessage(ask);
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
