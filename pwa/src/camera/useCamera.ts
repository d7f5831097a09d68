import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { LONGEST } from "./draw";

/**
 * off: not wanted, or not to be had (then 拍照 opens the phone's own camera) · starting · live · resting: stopped
 * because nobody touches or sees the page, a tap wakes it.
 */
export type CameraState = "off" | "starting" | "live" | "resting";
export type CameraTrouble = "denied" | "busy" | "none";

export interface Camera {
  state: Ref<CameraState>;
  stream: Ref<MediaStream | null>;
  /** why the viewfinder could not be had; null while nothing went wrong */
  trouble: Ref<CameraTrouble | null>;
  /** a tap on 拍照 shall open the viewfinder here; otherwise it opens the phone's own camera */
  offered: Ref<boolean>;
  /** it worked on this phone before: to be started at once */
  known: boolean;
  torch: { offered: Ref<boolean>; on: Ref<boolean>; toggle: () => Promise<void> };
  open: () => void;
  close: () => void;
}

const KEY = "xuncheng.viewfinder";
/** As many pixels as are sent: more would cost the shutter time and the phone power, and be thrown away. */
const WANTED: MediaStreamConstraints = {
  audio: false,
  video: {
    facingMode: { ideal: "environment" },
    width: { ideal: LONGEST },
    height: { ideal: (LONGEST * 3) / 4 },
    aspectRatio: { ideal: 4 / 3 },
  },
};

/** WeChat's own browser stops streams when it likes and asks anew each time: there the phone's camera comes first. */
export const isWeChat = (agent: string): boolean => /MicroMessenger/i.test(agent);

const possible = () =>
  window.isSecureContext && !!navigator.mediaDevices?.getUserMedia && !isWeChat(navigator.userAgent);

/** The rear camera as a stream in this page. It runs only while `awake`, and ends with the page. */
export function useCamera(awake: Ref<boolean>): Camera {
  const remembered = localStorage.getItem(KEY);
  const wanted = ref(false);
  const refused = ref(remembered === "refused");
  const missing = ref(false);
  const stream = shallowRef<MediaStream | null>(null);
  const trouble = ref<CameraTrouble | null>(null);
  const starting = ref(false);
  const lit = ref(false);
  const canLight = ref(false);
  let turn = 0;

  const state = computed<CameraState>(() => {
    if (!wanted.value) return "off";
    if (stream.value) return "live";
    return awake.value || starting.value ? "starting" : "resting";
  });
  const offered = computed(() => possible() && !refused.value && !missing.value);

  async function start(): Promise<void> {
    const mine = ++turn;
    starting.value = true;
    try {
      const fresh = await navigator.mediaDevices.getUserMedia(WANTED);
      // It may have been put away while the phone was asking its holder.
      if (mine !== turn) end(fresh);
      else use(fresh);
    } catch (failure) {
      if (mine === turn) giveUp(failure instanceof DOMException ? failure.name : "");
    } finally {
      if (mine === turn) starting.value = false;
    }
  }

  function use(fresh: MediaStream): void {
    stream.value = fresh;
    trouble.value = null;
    localStorage.setItem(KEY, "works");
    const [track] = fresh.getVideoTracks();
    const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
    canLight.value = able?.torch === true;
    track?.addEventListener("ended", () => {
      // Another program took the camera; the next tap asks for it again.
      if (stream.value !== fresh) return;
      stop();
      wanted.value = false;
    });
  }

  function giveUp(name: string): void {
    wanted.value = false;
    if (name === "NotAllowedError" || name === "SecurityError") {
      trouble.value = "denied";
      refused.value = true;
      localStorage.setItem(KEY, "refused");
    } else if (name === "NotReadableError" || name === "AbortError") {
      trouble.value = "busy";
      // For this visit: the phone's own camera knows how to wait for its turn.
      missing.value = true;
    } else {
      trouble.value = "none";
      missing.value = true;
    }
  }

  function stop(): void {
    turn += 1;
    starting.value = false;
    if (stream.value) end(stream.value);
    stream.value = null;
    lit.value = false;
    canLight.value = false;
  }

  async function toggle(): Promise<void> {
    const [track] = stream.value?.getVideoTracks() ?? [];
    try {
      const torch = { advanced: [{ torch: !lit.value }] } as unknown as MediaTrackConstraints;
      await track?.applyConstraints(torch);
      lit.value = !lit.value;
    } catch {
      canLight.value = false;
    }
  }

  if (possible()) {
    void look();
    watch([wanted, awake], ([on, used]) => {
      if (on && used) {
        if (!stream.value && !starting.value) void start();
      } else stop();
    });
  }
  onScopeDispose(stop);

  /** Is there a camera at all, and was a refusal taken back in the browser's settings? Asks nobody anything. */
  async function look(): Promise<void> {
    try {
      const devices = await navigator.mediaDevices.enumerateDevices();
      missing.value ||= !devices.some((device) => device.kind === "videoinput");
      if (!refused.value) return;
      const asked = await navigator.permissions.query({ name: "camera" as PermissionName });
      if (asked.state === "granted") refused.value = false;
    } catch {
      // A browser that does not tell is asked by the tap.
    }
  }

  return {
    state,
    stream,
    trouble,
    offered,
    known: remembered === "works",
    torch: { offered: canLight, on: lit, toggle },
    open: () => {
      wanted.value = true;
    },
    close: () => {
      wanted.value = false;
    },
  };
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
