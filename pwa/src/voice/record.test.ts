import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { kindHere, LIMIT_MS, record } from "./record";
import { microphone, see } from "./testMicrophone";

beforeEach(() => {
  vi.useFakeTimers();
  see("visible");
});

afterEach(() => {
  vi.useRealTimers();
});

const text = (bytes: ArrayBuffer | undefined) => new TextDecoder().decode(bytes);

test("the first kind that the browser knows is taken, at a rate that stays small", async () => {
  const { asked } = microphone({ kinds: ["audio/ogg;codecs=opus", "audio/mp4"] });
  const recording = await record();
  recording?.stop();
  expect((await recording?.done)?.mime).toBe("audio/mp4");
  expect(asked).toEqual([{ mimeType: "audio/mp4", audioBitsPerSecond: 32_000 }]);
});

test("a browser that records nothing we know is not asked to", () => {
  microphone({ kinds: ["audio/wav"] });
  expect(kindHere()).toBeNull();
});

test("it ends by itself after fifteen seconds, and lets the microphone go", async () => {
  const { tracks } = microphone({ said: "a long story" });
  const recording = await record();
  await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
  expect(tracks[0]?.stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(text((await recording?.done)?.bytes)).toBe("a long story");
  expect(tracks[0]?.stopped).toBe(true);
});

test("a page that is hidden records no more, and what was said is kept", async () => {
  const { tracks } = microphone({ said: "half a sent" });
  const recording = await record();
  see("hidden");
  expect(text((await recording?.done)?.bytes)).toBe("half a sent");
  expect(tracks[0]?.stopped).toBe(true);
});

test("who leaves the page while the browser asks for the microphone is not recorded", async () => {
  const { tracks, asked } = microphone();
  const recording = record();
  see("hidden");
  expect(await recording).toBeNull();
  expect([tracks[0]?.stopped, asked]).toEqual([true, []]);
});

test("silence of the recorder is no note", async () => {
  microphone({ said: "" });
  const recording = await record();
  recording?.stop();
  expect(await recording?.done).toBeNull();
});
