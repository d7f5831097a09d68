import { vi } from "vitest";

export class Track {
  stopped = false;
  stop = () => {
    this.stopped = true;
  };
}

/** The browser's part of a recording: a microphone that may be refused, and a recorder that gives `said` at its end. */
export function microphone(options: { said?: string; refuses?: string; kinds?: string[] } = {}) {
  const { said = "spoken", refuses, kinds = ["audio/mp4"] } = options;
  const tracks: Track[] = [];
  const asked: { mimeType?: string; audioBitsPerSecond?: number }[] = [];

  class Recorder {
    static isTypeSupported = (kind: string) => kinds.includes(kind);
    state = "inactive";
    ondataavailable: ((event: { data: Blob }) => void) | null = null;
    onstop: (() => void) | null = null;
    constructor(_: unknown, given: { mimeType?: string; audioBitsPerSecond?: number }) {
      asked.push(given);
    }
    start() {
      this.state = "recording";
    }
    stop() {
      this.state = "inactive";
      queueMicrotask(() => {
        this.ondataavailable?.({ data: new Blob([said]) });
        this.onstop?.();
      });
    }
  }
  vi.stubGlobal("MediaRecorder", Recorder);
  Object.defineProperty(navigator, "mediaDevices", {
    configurable: true,
    value: {
      getUserMedia: async () => {
        if (refuses) throw new DOMException("no", refuses);
        const track = new Track();
        tracks.push(track);
        return { getTracks: () => [track] };
      },
    },
  });
  return { tracks, asked };
}

export function see(how: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", { value: how, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
