import { computed, onMounted, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { clockOffset } from "../../api/clock";
import { type Photos, usePhotos } from "../../camera/usePhotos";
import { type Position, usePosition } from "../../camera/usePosition";
import {
  changeDraft,
  type Draft,
  db,
  discardDraft,
  instant,
  openDrafts,
  type ReportDraft,
  sendReport,
  startDraft,
  undoSend,
} from "../../outbox";
import { consentGiven } from "../../state/consent";
import { session } from "../../state/session";
import { placeOf } from "./place";
import { rememberClass } from "./recent";
import { useDemoPlace } from "./useDemoPlace";

const UNDO_MS = 5_000;
const TYPING_MS = 300;
const FIX_PATIENCE_MS = 120_000;

export interface Report {
  draft: Ref<Draft | null>;
  shots: Photos;
  position: Position;
  demo: ReturnType<typeof useDemoPlace>;
  placed: Ref<ReturnType<typeof placeOf>>;
  /** what is still missing before it can be sent; null: ready */
  missing: Ref<"photo" | "class" | null>;
  /** id of the report sent last in this page */
  sent: Ref<string | null>;
  failed: Ref<boolean>;
  open: () => Promise<string>;
  take: (files: readonly File[], live: boolean) => Promise<void>;
  change: (change: Partial<ReportDraft>) => void;
  send: () => Promise<void>;
  undo: () => Promise<void>;
  discard: () => Promise<void>;
}

/** The report that is being made: on disk from the first moment, restored when the page comes back. */
export function useReport(): Report {
  const draft = shallowRef<Draft | null>(null);
  const draftId = computed(() => draft.value?.id ?? null);
  const position = usePosition();
  const demo = useDemoPlace();
  const shots = usePhotos(draftId, open);
  const sent = ref<string | null>(null);
  const failed = ref(false);
  const owner = () => session.person?.id ?? null;
  let opening: Promise<string> | null = null;
  let unwritten: Partial<ReportDraft> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function restore(): Promise<void> {
    const kept = (await openDrafts(owner()))[0] ?? null;
    if (!draft.value || draft.value.owner !== owner()) draft.value = kept;
  }

  /** The draft's id; a new draft is on disk before the camera opens, since the camera may cost this page its life. */
  function open(): Promise<string> {
    if (draft.value) return Promise.resolve(draft.value.id);
    opening ??= startDraft("report", null, owner())
      .then((fresh) => {
        draft.value = fresh;
        return fresh.id;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  }

  const fixAt = (shutter: number) => (demo.on.value ? demo.fixAt(shutter) : position.fixAt(shutter));

  async function take(files: readonly File[], live: boolean): Promise<void> {
    const shutter = Date.now();
    const first = shots.photos.value.length === 0 && shots.busy.value === 0;
    if (first) {
      await open().catch(() => undefined);
      await amend({ captured_at: instant(shutter), fix: fixAt(shutter) });
    }
    await shots.take(files, live);
  }

  async function amend(change: Pick<Partial<Draft>, "fix" | "captured_at">): Promise<void> {
    if (!draft.value) return;
    draft.value = { ...draft.value, ...change };
    await changeDraft(draft.value.id, change).catch(() => undefined);
  }

  function change(part: Partial<ReportDraft>): void {
    const present = draft.value;
    if (!present?.report) return;
    draft.value = { ...present, report: { ...present.report, ...part } };
    unwritten = { ...unwritten, ...part };
    clearTimeout(timer);
    timer = setTimeout(() => void write(), "description" in part ? TYPING_MS : 0);
  }

  async function write(): Promise<void> {
    clearTimeout(timer);
    const part = unwritten;
    unwritten = {};
    if (draft.value && Object.keys(part).length > 0) await changeDraft(draft.value.id, { report: part });
  }

  async function send(): Promise<void> {
    const present = draft.value;
    const consent = consentGiven();
    if (!present || !consent || missing.value) return;
    failed.value = false;
    try {
      await write();
      const item = await sendReport(present.id, {
        consent,
        clockOffsetMs: clockOffset(),
        undoMs: UNDO_MS,
      });
      if (present.report?.category) rememberClass(present.report.category);
      draft.value = null;
      sent.value = item.id;
      void navigator.storage?.persist?.();
    } catch {
      failed.value = true;
    }
  }

  async function undo(): Promise<void> {
    const id = sent.value;
    if (!id || !(await undoSend(id))) return;
    sent.value = null;
    draft.value = (await db.drafts.get(id)) ?? null;
  }

  async function discard(): Promise<void> {
    const present = draft.value;
    draft.value = null;
    if (present) await discardDraft(present.id);
  }

  const missing = computed(() => {
    if (shots.photos.value.length === 0) return "photo";
    return draft.value?.report?.category === undefined ? "class" : null;
  });
  const placed = computed(() =>
    draft.value ? placeOf(draft.value, shots.photos.value) : ({ from: "none" } as const),
  );

  // A first fix that comes after the shutter still belongs to it, for two minutes.
  watch(position.latest, () => {
    const present = draft.value;
    if (!present || present.fix || demo.on.value || shots.photos.value.length === 0) return;
    const shutter = Date.parse(present.captured_at);
    if (Date.now() - shutter < FIX_PATIENCE_MS) void amend({ fix: position.fixAt(shutter) });
  });
  watch([demo.on, demo.place], () => {
    if (draft.value) void amend({ fix: fixAt(Date.parse(draft.value.captured_at)) });
  });
  watch(owner, () => void restore());
  const hidden = () => {
    if (document.visibilityState === "hidden") void write();
  };
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", hidden);
  onMounted(restore);
  onScopeDispose(() => {
    void write();
    document.removeEventListener("visibilitychange", hidden);
    window.removeEventListener("pagehide", hidden);
  });
  return {
    draft,
    shots,
    position,
    demo,
    placed,
    missing,
    sent,
    failed,
    open,
    take,
    change,
    send,
    undo,
    discard,
  };
}
