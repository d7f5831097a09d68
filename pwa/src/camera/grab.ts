import { type Frame, LONGEST } from "./draw";

const PATIENCE_MS = 1_500;

let slow = false;

/**
 * What the viewfinder shows now. Chromium hands over the camera's own frame, which the worker turns into pixels; other
 * browsers may leave a camera's rotation in it, so there it is drawn at once.
 */
export async function frameOf(shown: HTMLVideoElement): Promise<Frame> {
  if ("VideoFrame" in window && "userAgentData" in navigator) {
    const frame = new VideoFrame(shown);
    if (frame.displayWidth === shown.videoWidth && frame.displayHeight === shown.videoHeight) return frame;
    frame.close();
  }
  return createImageBitmap(shown);
}

/**
 * A still from the camera itself, when the stream is smaller than what is sent and this browser can. A browser that
 * once failed or took longer than 1.5 s is not asked again; then it is the frame which was seen at the press. Null:
 * the stream is good enough.
 */
export async function takeStill(
  stream: MediaStream,
  shown: HTMLVideoElement,
): Promise<Blob | ImageBitmap | null> {
  const [track] = stream.getVideoTracks();
  const small = Math.max(shown.videoWidth, shown.videoHeight) < LONGEST;
  if (!track || slow || !small || !("ImageCapture" in window)) return null;
  const Capture = window.ImageCapture as new (of: MediaStreamTrack) => { takePhoto: () => Promise<Blob> };
  const frame = await createImageBitmap(shown);
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const still = await Promise.race([new Capture(track).takePhoto().catch(() => null), late]);
  if (!still?.size) {
    slow = true;
    return frame;
  }
  frame.close();
  return still;
}
