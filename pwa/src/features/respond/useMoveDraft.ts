import { onMounted, type Ref, ref } from "vue";
import { type Photos, usePhotos } from "../../camera/usePhotos";
import { changeDraft, discardDraft, type Fix, startMove, storage } from "../../outbox";
import { session } from "../../state/session";

export interface MoveDraft {
  shots: Photos;
  /** where the phone was at the first photo; null: not known, or no photo yet */
  fix: Ref<Fix | null>;
  /** the draft that holds the photos, for the move; undefined while there is none */
  idForMove: () => string | undefined;
  open: () => Promise<string>;
  take: (files: readonly File[], live: boolean) => Promise<void>;
  /** the move has taken the draft over, or its maker does not want it */
  forget: () => void;
  discard: () => Promise<void>;
}

/** Photos for a move on a case: on disk from the first moment, and still there when the page comes back. */
export function useMoveDraft(caseId: string, fixAt: (at: number) => Fix | null): MoveDraft {
  const id = ref<string | null>(null);
  const fix = ref<Fix | null>(null);
  const shots = usePhotos(id, open);
  const owner = () => session.person?.id ?? null;
  let opening: Promise<string> | null = null;

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
  });

  function forget(): void {
    id.value = null;
    fix.value = null;
  }

  async function discard(): Promise<void> {
    const draft = id.value;
    forget();
    if (draft) await discardDraft(draft);
  }

  const idForMove = () => (shots.photos.value.length > 0 ? (id.value ?? undefined) : undefined);
  return { shots, fix, idForMove, open, take, forget, discard };
}
