import { type Draft, pictures, storage } from "../../outbox";

/** What this page knows of itself; a page that was killed and opened again knows nothing. */
export interface PageMemory {
  /** the draft that is being made */
  current: string | null;
  /** drafts which this page began: none of them is a photo that never came */
  begun: Set<string>;
  /** class for the next report, by 存好，下一件 */
  kept: string | null;
}

export const newPage = (): PageMemory => ({ current: null, begun: new Set(), kept: null });
export const thisPage = newPage();

export interface Unfinished {
  draft: Draft;
  photos: number;
  /** begun by an earlier life of this page; without a photo the camera never gave one */
  earlier: boolean;
}

/** Report drafts that wait for their maker, newest first, without the one in hand. Reads only. */
export async function unfinished(owner: string | null, page: PageMemory): Promise<Unfinished[]> {
  const db = await storage();
  const drafts = await db.drafts.where("kind").equals("report").toArray();
  const rows: Unfinished[] = [];
  for (const draft of drafts.sort((a, b) => b.updated_at - a.updated_at)) {
    if (draft.owner !== owner || draft.id === page.current) continue;
    const kept = await db.photos.where("item_id").equals(draft.id).toArray();
    const photos = pictures(kept).length;
    const earlier = !page.begun.has(draft.id);
    if (kept.length > 0 || earlier) rows.push({ draft, photos, earlier });
  }
  return rows;
}
