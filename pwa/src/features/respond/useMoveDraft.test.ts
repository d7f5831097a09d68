import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { createApp } from "vue";
import { addPhoto } from "../../outbox";
import { db } from "../../outbox/db";
import { type MoveDraft, useMoveDraft } from "./useMoveDraft";

const CASE = "01a20c0b-a66a-7660-a8b1-322587000001";
let leave = () => {};

function open(): MoveDraft {
  let draft: MoveDraft | null = null;
  const setup = () => {
    draft = useMoveDraft(CASE, () => null);
    return () => null;
  };
  const app = createApp({ setup });
  app.mount(document.createElement("div"));
  leave = () => app.unmount();
  if (!draft) throw new Error("the page did not start");
  return draft;
}

afterEach(async () => {
  leave();
  await Promise.all([db.drafts.clear(), db.photos.clear(), db.bytes.clear(), db.thumbs.clear()]);
});

const picture = { mime: "image/jpeg", width: 1, height: 1, taken_at: null, exif: null, thumb: null };

test("half-written words are still there when the page comes back", async () => {
  open().words.value = "已清理，还差";
  await vi.waitFor(async () => expect((await db.drafts.toArray())[0]?.words).toBe("已清理，还差"));
  leave();
  const again = open();
  await vi.waitFor(() => expect(again.words.value).toBe("已清理，还差"));
});

test("a page that is left between two keys keeps the last one too", async () => {
  open().words.value = "刚写完";
  leave();
  await vi.waitFor(async () => expect((await db.drafts.toArray())[0]?.words).toBe("刚写完"));
});

test("words that were sent without a photo are not offered again, photos that were taken over stay", async () => {
  const first = open();
  first.words.value = "通过";
  await vi.waitFor(async () => expect(await db.drafts.count()).toBe(1));
  first.forget();
  await vi.waitFor(async () => expect(await db.drafts.count()).toBe(0));
  const draft = await first.open();
  await addPhoto(draft, { ...picture, bytes: new ArrayBuffer(4) });
  await first.shots.refresh();
  expect(first.idForMove()).toBe(draft);
  first.forget();
  expect(first.words.value).toBe("");
  expect(await db.photos.count()).toBe(1);
});
