import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { REST_MS, useAwake } from "./useAwake";
import { useCamera } from "./useCamera";
import { usePosition } from "./usePosition";

const scope = () => effectScope();

function see(how: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", { value: how, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

/** The promise of the camera and what follows it. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await nextTick();
};

class Track extends EventTarget {
  stopped = false;
  stop() {
    this.stopped = true;
  }
  getCapabilities = () => ({});
}

let tracks: Track[];

beforeEach(() => {
  vi.useFakeTimers();
  see("visible");
  localStorage.clear();
  tracks = [];
  vi.stubGlobal("isSecureContext", true);
  Object.defineProperty(navigator, "mediaDevices", {
    configurable: true,
    value: {
      enumerateDevices: async () => [{ kind: "videoinput" }],
      getUserMedia: async () => {
        const track = new Track();
        tracks.push(track);
        return { getTracks: () => [track], getVideoTracks: () => [track] };
      },
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

test("after a minute without a touch nothing runs, and the next touch wakes it", () => {
  const page = scope();
  const awake = page.run(() => useAwake());
  vi.advanceTimersByTime(REST_MS - 1);
  expect(awake?.value).toBe(true);
  vi.advanceTimersByTime(1);
  expect(awake?.value).toBe(false);
  window.dispatchEvent(new Event("pointerdown"));
  expect(awake?.value).toBe(true);
  page.stop();
});

test("the camera stops when the page is hidden, and when it is left", async () => {
  const page = scope();
  const camera = page.run(() => useCamera(useAwake()));
  await settle();
  camera?.open();
  await settle();
  expect(camera?.state.value).toBe("live");
  see("hidden");
  await settle();
  expect([camera?.state.value, tracks[0]?.stopped]).toEqual(["resting", true]);
  see("visible");
  await settle();
  expect(camera?.state.value).toBe("live");
  page.stop();
  expect(tracks.every((track) => track.stopped)).toBe(true);
});

test("a camera that is put away while the phone still asks is not left running", async () => {
  const page = scope();
  const camera = page.run(() => useCamera(ref(true)));
  camera?.open();
  camera?.close();
  await settle();
  expect(camera?.state.value).toBe("off");
  expect(tracks.every((track) => track.stopped)).toBe(true);
  page.stop();
});

test("whoever refuses the viewfinder gets the phone's own camera, now and at the next visit", async () => {
  navigator.mediaDevices.getUserMedia = async () => {
    throw new DOMException("no", "NotAllowedError");
  };
  const page = scope();
  const camera = page.run(() => useCamera(ref(true)));
  await settle();
  expect(camera?.offered.value).toBe(true);
  camera?.open();
  await settle();
  expect([camera?.trouble.value, camera?.offered.value]).toEqual(["denied", false]);
  page.stop();
  const again = scope();
  expect(again.run(() => useCamera(ref(true)))?.offered.value).toBe(false);
  again.stop();
});

test("without any camera a tap goes to the file chooser", async () => {
  navigator.mediaDevices.enumerateDevices = async () => [];
  const page = scope();
  const camera = page.run(() => useCamera(ref(true)));
  await settle();
  expect(camera?.offered.value).toBe(false);
  page.stop();
});

test("the position is only watched while somebody uses the page", () => {
  const watched = new Set<number>();
  let next = 0;
  vi.stubGlobal("navigator", {
    ...navigator,
    geolocation: {
      watchPosition: () => {
        watched.add(++next);
        return next;
      },
      clearWatch: (id: number) => watched.delete(id),
    },
  });
  const page = scope();
  page.run(() => usePosition());
  expect(watched.size).toBe(1);
  vi.advanceTimersByTime(REST_MS);
  return nextTick().then(async () => {
    expect(watched.size).toBe(0);
    window.dispatchEvent(new Event("pointerdown"));
    await nextTick();
    expect(watched.size).toBe(1);
    page.stop();
    expect(watched.size).toBe(0);
  });
});
