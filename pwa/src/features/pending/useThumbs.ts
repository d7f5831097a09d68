import { onScopeDispose, type Ref, shallowRef } from "vue";
import { photosOf, storage } from "../../outbox";

/** Small pictures of all photos of an item, in order; only while they are shown. */
export function useThumbs(itemId: string): Ref<string[]> {
  const urls = shallowRef<string[]>([]);
  let gone = false;
  void photosOf(itemId).then(async (photos) => {
    const thumbs = await (await storage()).thumbs.bulkGet(photos.map((photo) => photo.id));
    if (gone) return;
    urls.value = thumbs
      .filter((thumb) => thumb !== undefined)
      .map((thumb) => URL.createObjectURL(new Blob([thumb.bytes], { type: "image/jpeg" })));
  });
  onScopeDispose(() => {
    gone = true;
    for (const url of urls.value) URL.revokeObjectURL(url);
  });
  return urls;
}
