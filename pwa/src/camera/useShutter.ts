import { computed, type Ref, ref, shallowRef, watch } from "vue";
import type { Frame } from "./draw";
import { frameOf, takeStill } from "./grab";
import { wakeWorker } from "./shrink";
import type { Camera } from "./useCamera";

export interface Shutter {
  /** where the stream is shown; set by the viewfinder */
  video: Ref<HTMLVideoElement | null>;
  /** a first frame has been seen: a press now makes a photo */
  ready: Ref<boolean>;
  seen: () => void;
  press: () => Promise<void>;
}

interface Keeper {
  shoot: (grab: () => Promise<Frame>) => Promise<void>;
  take: (files: readonly File[], live: boolean) => Promise<void>;
}

/** Turns what the viewfinder shows into a photo; ready again as soon as the picture is made, before it is on disk. */
export function useShutter(camera: Camera, keeper: Keeper): Shutter {
  const video = shallowRef<HTMLVideoElement | null>(null);
  const frames = ref(false);
  const busy = ref(false);
  const ready = computed(() => frames.value && camera.state.value === "live" && !busy.value);

  watch(camera.stream, () => {
    frames.value = false;
    wakeWorker();
  });

  async function press(): Promise<void> {
    const [shown, stream] = [video.value, camera.stream.value];
    if (!ready.value || !shown || !stream) return;
    busy.value = true;
    try {
      const still = await takeStill(stream, shown);
      if (still instanceof Blob) {
        void keeper.take([new File([still], "camera.jpg", { type: still.type })], true);
        return;
      }
      let first: Frame | null = still ?? (await frameOf(shown));
      await keeper.shoot(async () => {
        const grabbed = first ?? (await frameOf(shown));
        first = null;
        return grabbed;
      });
    } catch (failure) {
      // Without a frame there is no photo; the stream is opened anew by the next touch.
      console.warn("viewfinder", failure);
      camera.close();
    } finally {
      busy.value = false;
    }
  }

  const seen = () => {
    frames.value = true;
  };
  return { video, ready, seen, press };
}
