import { computed, onMounted, onScopeDispose, type Ref, ref } from "vue";
import { type Photos, usePhotos } from "../../camera/usePhotos";
import { changeDraft, discardDraft, type Fix, startMove, storage } from "../../outbox";
import { session } from "../../state/session";

export interface MoveDraft {
  shots: Photos;
  /** where the phone was at the first photo; null: not known, or no photo yet */
  fix: Ref<Fix | null>;
  /** what its maker has written so far; on disk a moment after the last key */
  words: Ref<string>;
  /** the draft that holds the photos, for the move; undefined while there is none */
  idForMove: () => string | undefined;
  open: () => Promise<string>;
  take: (files: readonly File[], live: boolean) => Promise<void>;
  /** the move has taken the draft over, or its maker does not want it */
  forget: () => void;
  discard: () => Promise<void>;
}

const TYPING_MS = 300;

/** Photos and words for a move on a case: on disk from the first moment, and still there when the page comes back. */
export function useMoveDraft(caseId: string, fixAt: (at: number) => Fix | null): MoveDraft {
  const id = ref<string | null>(null);
  const fix = ref<Fix | null>(null);
  const shots = usePhotos(id, open);
  const owner = () => session.person?.id ?? null;
  const written = ref("");
  let opening: Promise<string> | null = null;
  let typing: ReturnType<typeof setTimeout> | undefined;

  const words = computed({
    get: () => written.value,
    set: (fresh) => {
      written.value = fresh;
      clearTimeout(typing);
      typing = setTimeout(() => void write(), TYPING_MS);
    },
  });

  async function write(): Promise<void> {
    clearTimeout(typing);
    typing = undefined;
    if (!id.value && !written.value) return;
    await open()
      .then((draft) => changeDraft(draft, { words: written.value }))
      // They are still on the screen; what is sent is frozen anew, and says when it cannot be kept.
      .catch(() => undefined);
  }

  const left = () => {
    if (typing !== undefined) void write();
  };
  const hidden = () => document.visibilityState === "hidden" && left();
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", left);
  onScopeDispose(() => {
    left();
    document.removeEventListener("visibilitychange", hidden);
    window.removeEventListener("pagehide", left);
  });

  /** Also called when the camera opens: the camera may cost this page its life. */
  function open(): Promise<string> {
    if (id.value) return Promise.resolve(id.value);
    opening ??= startMove(caseId, owner())
      .then((draft) => {
        id.value = draft.id;
        return draft.id;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  }

  async function take(files: readonly File[], live: boolean): Promise<void> {
    const first = shots.photos.value.length === 0 && shots.busy.value === 0;
    if (first) {
      fix.value = fixAt(Date.now());
      await open()
        .then((draft) => changeDraft(draft, { fix: fix.value }))
        // A full disk is said by the photo that cannot be kept.
        .catch(() => undefined);
    }
    await shots.take(files, live);
  }

  onMounted(async () => {
    const drafts = await (await storage()).drafts.where("kind").equals("move").toArray();
    const mine = drafts.filter((draft) => draft.subject === caseId && draft.owner === owner());
    const newest = mine.sort((a, b) => b.updated_at - a.updated_at)[0];
    if (!newest || id.value) return;
    id.value = newest.id;
    fix.value = newest.fix;
    written.value ||= newest.words ?? "";
  });

  function empty(): string | null {
    clearTimeout(typing);
    typing = undefined;
    const draft = id.value;
    id.value = null;
    fix.value = null;
    written.value = "";
    return draft;
  }

  function forget(): void {
    // A move without photos has not taken the draft over: its words went with it.
    const kept = idForMove() === undefined;
    const draft = empty();
    if (kept && draft) void discardDraft(draft);
  }

  async function discard(): Promise<void> {
    const draft = empty();
    if (draft) await discardDraft(draft);
  }

  const idForMove = () => (shots.photos.value.length > 0 ? (id.value ?? undefined) : undefined);
  return { shots, fix, words, idForMove, open, take, forget, discard };
}
