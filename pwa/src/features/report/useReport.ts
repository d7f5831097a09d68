import { computed, onMounted, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { clockOffset } from "../../api/clock";
import type { Frame } from "../../camera/draw";
import { useAwake } from "../../camera/useAwake";
import { type Photos, usePhotos } from "../../camera/usePhotos";
import { type Position, usePosition } from "../../camera/usePosition";
import {
  changeDraft,
  type Draft,
  discardDraft,
  instant,
  openDrafts,
  type PhotoRole,
  photosOf,
  type ReportDraft,
  type ReportKind,
  sendReport,
  setRole,
  startDraft,
  storage,
  undoSend,
} from "../../outbox";
import { consentGiven } from "../../state/consent";
import { useLive } from "../../state/outbox";
import { FIELD } from "../../state/posts";
import { hasRole, session } from "../../state/session";
import { kindOf, type Missing, missingFor } from "./kinds";
import { placeOf } from "./place";
import { rememberClass } from "./recent";
import { type PageMemory, thisPage, type Unfinished, unfinished } from "./unfinished";
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
  missing: Ref<Missing | null>;
  /** id of the report sent last in this page */
  sent: Ref<string | null>;
  failed: Ref<boolean>;
  /** somebody uses this page: camera and position may run */
  awake: Ref<boolean>;
  /** other drafts on this phone, newest first */
  waiting: Ref<Unfinished[]>;
  /** what is being made; before the first photo: what the next one will be */
  kind: Ref<ReportKind>;
  /** what the next photo shows */
  role: Ref<PhotoRole>;
  /** field staff may also say 自处置 and 此处正常 */
  staff: Ref<boolean>;
  setKind: (kind: ReportKind) => void;
  open: () => Promise<string>;
  take: (files: readonly File[], live: boolean) => Promise<void>;
  /** a frame of the viewfinder */
  shoot: (grab: () => Promise<Frame>) => Promise<void>;
  /** the camera was opened and closed without a photo */
  cancel: () => Promise<void>;
  change: (change: Partial<ReportDraft>) => void;
  send: (keepClass?: boolean) => Promise<void>;
  resume: (id: string) => Promise<void>;
  /** leaves the draft where it is, for later */
  setAside: () => Promise<void>;
  undo: () => Promise<void>;
  /** what has to end before the draft in hand goes anywhere; null: nothing (any more) */
  finishing: (finish: (() => Promise<void>) | null) => void;
  /** throws a draft away: the one in hand, or another */
  discard: (id?: string) => Promise<void>;
}

/**
 * The report that is being made: on disk from the first moment. Coming back to this page goes on with it; a page that
 * was killed finds it among the drafts that wait.
 */
export function useReport(page: PageMemory = thisPage): Report {
  const draft = shallowRef<Draft | null>(null);
  const draftId = computed(() => draft.value?.id ?? null);
  const awake = useAwake();
  const position = usePosition(awake);
  const demo = useDemoPlace();
  const role = ref<PhotoRole>("before");
  const shots = usePhotos(draftId, open, () => role.value);
  const sent = ref<string | null>(null);
  const failed = ref(false);
  const next = ref<ReportKind>("problem");
  const kind = computed(() => (draft.value ? kindOf(draft.value.report) : next.value));
  const staff = computed(() => hasRole(...FIELD));
  const owner = () => session.person?.id ?? null;
  const changed = ref(0);
  const waiting = useUnfinished();
  let opening: Promise<string> | null = null;
  let finish: (() => Promise<void>) | null = null;
  let unwritten: Partial<ReportDraft> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  function useUnfinished(): Ref<Unfinished[]> {
    const rows = shallowRef<Unfinished[]>([]);
    const drafts = useLive((db) => db.drafts.toArray(), []);
    watch([drafts, draftId, changed, owner], async () => {
      rows.value = await unfinished(owner(), page);
    });
    return rows;
  }

  function hold(present: Draft | null): void {
    page.current = present?.id ?? null;
    draft.value = present;
    changed.value += 1;
  }

  async function restore(): Promise<void> {
    // Also clears away what is old and empty.
    const kept = await openDrafts(owner());
    const mine = kept.find(({ id }) => id === page.current) ?? null;
    if (!draft.value || draft.value.owner !== owner()) hold(mine);
  }

  /** The draft's id; a new draft is on disk before the camera opens, since the camera may cost this page its life. */
  function open(): Promise<string> {
    if (draft.value) return Promise.resolve(draft.value.id);
    opening ??= begin().finally(() => {
      opening = null;
    });
    return opening;
  }

  async function begin(): Promise<string> {
    const fresh = await startDraft("report", null, owner());
    page.begun.add(fresh.id);
    const part: Partial<ReportDraft> = {};
    if (next.value !== "problem") part.kind = next.value;
    else if (page.kept) part.category = page.kept;
    const report = fresh.report && { ...fresh.report, ...part };
    if (Object.keys(part).length > 0) await changeDraft(fresh.id, { report: part });
    hold({ ...fresh, report });
    return fresh.id;
  }

  const fixAt = (shutter: number) => (demo.on.value ? demo.fixAt(shutter) : position.fixAt(shutter));
  const isFirst = () => shots.photos.value.length === 0 && shots.busy.value === 0;

  /** Time and place of the report are those of its first shutter. */
  async function bind(shutter: number): Promise<void> {
    const fix = fixAt(shutter);
    await open().catch(() => undefined);
    await amend({ captured_at: instant(shutter), fix });
  }

  async function take(files: readonly File[], live: boolean): Promise<void> {
    if (isFirst()) await bind(Date.now());
    await shots.take(files, live);
    await sendAlone();
  }

  async function shoot(grab: () => Promise<Frame>): Promise<void> {
    const [first, shutter] = [isFirst(), Date.now()];
    const made = shots.shoot(grab);
    // The disk works while the picture is made.
    if (first) await bind(shutter);
    await made;
    void sendAlone();
  }

  /** 此处正常, chosen before the shutter, asks nothing more; unless the photo was no good. */
  async function sendAlone(): Promise<void> {
    if (kind.value !== "nothing_wrong") return;
    await shots.settled();
    if (missing.value === null && shots.busy.value === 0 && !shots.trouble.value) await send();
  }

  async function cancel(): Promise<void> {
    await opening?.catch(() => undefined);
    const present = draft.value;
    // One that was chosen to go on with stays, and so does what was said; one that was only begun for this photo was
    // nothing yet.
    if (!present || !isFirst() || !page.begun.has(present.id)) return;
    if ((await photosOf(present.id)).length === 0) await discard();
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

  async function send(keepClass = false): Promise<void> {
    const present = draft.value;
    const consent = consentGiven();
    if (!present || !consent || missing.value) return;
    failed.value = false;
    try {
      await finish?.();
      await write();
      // A second tap while the last word was being kept.
      if (draft.value?.id !== present.id) return;
      const item = await sendReport(present.id, {
        consent,
        clockOffsetMs: clockOffset(),
        undoMs: UNDO_MS,
      });
      if (present.report?.category) rememberClass(present.report.category);
      page.kept = keepClass ? (present.report?.category ?? null) : null;
      afresh();
      sent.value = item.id;
      void navigator.storage?.persist?.();
    } catch {
      failed.value = true;
    }
  }

  function afresh(): void {
    next.value = "problem";
    role.value = "before";
    shots.trouble.value = null;
    hold(null);
  }

  async function undo(): Promise<void> {
    const id = sent.value;
    if (!id || !(await undoSend(id))) return;
    sent.value = null;
    await resume(id);
  }

  async function resume(id: string): Promise<void> {
    await write();
    const row = await (await storage()).drafts.get(id);
    if (!row) return;
    hold(row);
    await shots.refresh();
    const made = missingFor(row.report, shots.photos.value);
    role.value =
      made === "after" || shots.photos.value.some((photo) => photo.role === "after") ? "after" : "before";
  }

  async function setAside(): Promise<void> {
    await finish?.();
    await write();
    afresh();
  }

  async function discard(id = draft.value?.id): Promise<void> {
    if (id === draft.value?.id) {
      unwritten = {};
      afresh();
    }
    if (id) await discardDraft(id);
    changed.value += 1;
  }

  function setKind(wanted: ReportKind): void {
    if (!draft.value) next.value = wanted;
    else change({ kind: wanted });
    role.value = wanted === "self_handled" && shots.photos.value.length > 0 ? "after" : "before";
    // What was photographed as done shows the problem again, when it is one.
    if (wanted !== "self_handled") void allBefore();
  }

  async function allBefore(): Promise<void> {
    for (const photo of shots.photos.value) {
      if (photo.role === "after") await setRole(photo.id, "before").catch(() => undefined);
    }
    await shots.refresh();
  }

  const missing = computed(() => missingFor(draft.value?.report ?? null, shots.photos.value));
  const placed = computed(() =>
    draft.value ? placeOf(draft.value, shots.photos.value) : ({ from: "none" } as const),
  );

  // A first or better fix that comes after the shutter still belongs to it, for two minutes.
  watch(position.latest, () => {
    const present = draft.value;
    if (!present || demo.on.value || shots.photos.value.length + shots.busy.value === 0) return;
    const shutter = Date.parse(present.captured_at);
    if (Math.abs(Date.now() - shutter) > FIX_PATIENCE_MS) return;
    const best = position.fixAt(shutter);
    if (best && best.fix_at !== present.fix?.fix_at) void amend({ fix: best });
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
    awake,
    waiting,
    kind,
    role,
    staff,
    setKind,
    open,
    take,
    shoot,
    cancel,
    change,
    send,
    resume,
    setAside,
    undo,
    finishing: (wanted) => {
      finish = wanted;
    },
    discard,
  };
}
