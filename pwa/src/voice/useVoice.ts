import { onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { addPhoto, isVoice, removePhoto, storage } from "../outbox";
import { useLive } from "../state/outbox";
import { type Recording, record } from "./record";

export type VoiceState = "idle" | "asking" | "recording" | "keeping";

export interface Voice {
  state: Ref<VoiceState>;
  /** whole seconds of the recording under way */
  seconds: Ref<number>;
  /** the kept note, to be played in this page */
  url: Ref<string | null>;
  /** text key of what went wrong, area `report` */
  trouble: Ref<string | null>;
  start: () => Promise<void>;
  /** ends a recording; resolves when what was said is on disk, at once without one. Rejects once when it is not. */
  finish: () => Promise<void>;
  /** the same by the person's own hand, who reads in `trouble` what went wrong */
  stop: () => void;
  drop: () => Promise<void>;
}

/** The voice note of a draft: on disk as soon as it ends, whoever or whatever ends it. A new one replaces the old. */
export function useVoice(draftId: string): Voice {
  const state = ref<VoiceState>("idle");
  const seconds = ref(0);
  const trouble = ref<string | null>(null);
  const url = shallowRef<string | null>(null);
  let running: Recording | null = null;
  let kept: Promise<void> = Promise.resolve();
  let gone = false;

  const note = useLive(
    async (db) => (await db.photos.where("item_id").equals(draftId).toArray()).find(isVoice) ?? null,
    null,
  );
  watch(
    () => note.value?.id,
    async (id) => {
      const bytes = id ? await (await storage()).bytes.get(id) : undefined;
      if (id !== note.value?.id || gone) return;
      if (url.value) URL.revokeObjectURL(url.value);
      const mime = note.value?.mime ?? "";
      url.value = bytes ? URL.createObjectURL(new Blob([bytes.bytes], { type: mime })) : null;
    },
  );

  async function start(): Promise<void> {
    if (state.value !== "idle") return;
    trouble.value = null;
    state.value = "asking";
    try {
      running = await record();
    } catch (failure) {
      trouble.value = troubleOf(failure);
    }
    if (running) {
      kept = keep(running);
      kept.catch(() => undefined);
    } else state.value = "idle";
    // The page was left while the browser asked: nobody is there to speak.
    if (gone) running?.stop();
  }

  async function keep(recording: Recording): Promise<void> {
    state.value = "recording";
    seconds.value = 0;
    const began = Date.now();
    const ticking = setInterval(() => {
      seconds.value = Math.floor((Date.now() - began) / 1000);
    }, 250);
    try {
      const take = await recording.done;
      state.value = "keeping";
      if (take) await write(take.bytes, take.mime);
      else trouble.value = "report.voice_nothing";
    } catch (failure) {
      trouble.value = "report.voice_not_saved";
      throw failure;
    } finally {
      clearInterval(ticking);
      running = null;
      state.value = "idle";
    }
  }

  async function write(bytes: ArrayBuffer, mime: string): Promise<void> {
    const nothing = { width: null, height: null, taken_at: null, exif: null, thumb: null };
    await addPhoto(draftId, { bytes, mime, role: "voice", ...nothing });
  }

  async function finish(): Promise<void> {
    running?.stop();
    const said = kept;
    // Who reads that it was not kept, and goes on all the same, may.
    await said.finally(() => {
      kept = Promise.resolve();
    });
  }

  const stop = () => void finish().catch(() => undefined);

  async function drop(): Promise<void> {
    trouble.value = null;
    if (note.value) await removePhoto(note.value.id);
  }

  onScopeDispose(() => {
    gone = true;
    running?.stop();
    if (url.value) URL.revokeObjectURL(url.value);
  });
  return { state, seconds, url, trouble, start, finish, stop, drop };
}

function troubleOf(failure: unknown): string {
  const name = failure instanceof DOMException ? failure.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "report.voice_denied";
  if (name === "NotFoundError") return "report.voice_none";
  console.warn("microphone", failure);
  return "report.voice_busy";
}
