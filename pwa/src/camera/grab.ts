import { LONGEST } from "./draw";

const PATIENCE_MS = 1_500;

let slow = false;

/**
 * A still from the camera itself, when the stream is smaller than what is sent and this browser can; null otherwise.
 * A browser that once failed or took longer than 1.5 s is not asked again: the frame on the screen is good enough,
 * and it is the one which its maker saw.
 */
export async function takeStill(stream: MediaStream): Promise<Blob | null> {
  const [track] = stream.getVideoTracks();
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  if (!track || slow || Math.max(width, height) >= LONGEST || !("ImageCapture" in window)) return null;
  const Capture = window.ImageCapture as new (of: MediaStreamTrack) => { takePhoto: () => Promise<Blob> };
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  try {
    const still = await Promise.race([new Capture(track).takePhoto(), late]);
    slow = still === null;
    return still && still.size > 0 ? still : null;
  } catch {
    slow = true;
    return null;
  }
}
