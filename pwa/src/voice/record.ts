/** The length of a voice note: enough for one sentence about where and what, little enough to be listened to. */
export const LIMIT_MS = 15_000;
const BITS_PER_SECOND = 32_000;

/** What is asked of the browser, and what its bytes are then called; the server decides by the bytes. */
const KINDS = [
  ["audio/webm;codecs=opus", "audio/webm"],
  ["audio/mp4", "audio/mp4"],
  ["audio/ogg;codecs=opus", "audio/ogg"],
] as const;

export interface Take {
  bytes: ArrayBuffer;
  mime: string;
}

export interface Recording {
  stop: () => void;
  /** what was said, once it has stopped; null: nothing came from the microphone */
  done: Promise<Take | null>;
}

/** The first kind that this browser records in; null: it cannot. */
export function kindHere(): (typeof KINDS)[number] | null {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices?.getUserMedia) return null;
  return KINDS.find(([asked]) => MediaRecorder.isTypeSupported(asked)) ?? null;
}

/**
 * Asks for the microphone and records until `stop`, the limit, or until the page is hidden; then the microphone is let
 * go. Null when the page was left while the question stood. Rejects with what the browser says (NotAllowedError …).
 */
export async function record(limitMs = LIMIT_MS): Promise<Recording | null> {
  const kind = kindHere();
  if (!kind) throw new DOMException("no recorder", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  if (document.visibilityState === "hidden") {
    release();
    return null;
  }
  try {
    return listen(new MediaRecorder(stream, { mimeType: kind[0], audioBitsPerSecond: BITS_PER_SECOND }));
  } catch (failure) {
    release();
    throw failure;
  }

  function listen(recorder: MediaRecorder): Recording {
    const parts: Blob[] = [];
    const stop = () => {
      if (recorder.state !== "inactive") recorder.stop();
    };
    const seen = () => {
      if (document.visibilityState === "hidden") stop();
    };
    const done = new Promise<Take | null>((resolve, reject) => {
      recorder.ondataavailable = ({ data }) => {
        if (data.size > 0) parts.push(data);
      };
      recorder.onstop = () => {
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", seen);
        window.removeEventListener("pagehide", stop);
        release();
        if (parts.length === 0) resolve(null);
        else new Blob(parts).arrayBuffer().then((bytes) => resolve({ bytes, mime: kind?.[1] ?? "" }), reject);
      };
    });
    const timer = setTimeout(stop, limitMs);
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("pagehide", stop);
    recorder.start();
    return { stop, done };
  }
}
