/// <reference lib="webworker" />
import { type Ask, draw, type NewSurface } from "./draw";

declare const self: DedicatedWorkerGlobalScope;

const offscreen: NewSurface = (width, height) => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  return {
    context,
    jpeg: async (quality) => (await canvas.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer(),
  };
};

self.onmessage = async (event: MessageEvent<Ask>) => {
  try {
    const drawn = await draw(event.data, offscreen);
    self.postMessage({ drawn }, [drawn.bytes, drawn.thumb]);
  } catch (failure) {
    self.postMessage({ failure: String(failure) });
  }
};
