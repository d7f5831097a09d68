import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h } from "vue";
import { addPhoto, isVoice, photosOf, sendReport, startDraft } from "../outbox";
import { db } from "../outbox/db";
import { microphone, see, type Track } from "./testMicrophone";
import VoiceNote from "./VoiceNote.vue";

let close = () => {};
let finish: (() => Promise<void>) | null = null;
let root: HTMLElement;

/** The row on the screen, for this draft. */
function open(draftId: string): void {
  root = document.createElement("div");
  document.body.append(root);
  const onReady = (given: typeof finish) => {
    finish = given;
  };
  const app = createApp({ render: () => h(VoiceNote, { draftId, staff: false, onReady }) });
  app.mount(root);
  close = () => {
    app.unmount();
    root.remove();
  };
}

const picture = {
  bytes: new Uint8Array([1, 2, 3]).buffer,
  mime: "image/jpeg",
  width: 1,
  height: 1,
  taken_at: null,
  exif: null,
  thumb: null,
};

async function draftWithPhoto(): Promise<string> {
  const { id } = await startDraft("report", null, null);
  await addPhoto(id, picture);
  return id;
}

async function tap(words: string): Promise<void> {
  const button = await vi.waitFor(() => {
    const found = [...root.querySelectorAll("button")].find((one) => one.textContent?.includes(words));
    if (!found || found.disabled) throw new Error(`no ${words}: ${root.textContent}`);
    return found;
  });
  button.click();
}

const shows = (words: string) => vi.waitFor(() => expect(root.textContent).toContain(words));
const voices = async (id: string) => (await photosOf(id)).filter(isVoice);
const said = async (id: string) => {
  const kept = await Promise.all((await voices(id)).map((row) => db.bytes.get(row.id)));
  return kept.map((row) => new TextDecoder().decode(row?.bytes));
};

beforeEach(async () => {
  see("visible");
  await Promise.all([db.drafts.clear(), db.photos.clear(), db.bytes.clear(), db.items.clear()]);
});

afterEach(() => close());

test("one tap speaks, one ends it, and the note is on disk beside the photos", async () => {
  microphone({ said: "在站牌后面" });
  const id = await draftWithPhoto();
  open(id);
  await tap("语音补充");
  await shows("正在录音 0 秒");
  await tap("点一下结束");
  await shows("语音已存到本机");
  expect(await said(id)).toEqual(["在站牌后面"]);
  await vi.waitFor(() => expect(root.querySelector("audio")?.src).toMatch(/^blob:/));
});

test("a second recording takes the first one's place; deleted, none is left", async () => {
  const id = await draftWithPhoto();
  microphone({ said: "first" });
  open(id);
  await tap("语音补充");
  await tap("点一下结束");
  microphone({ said: "second" });
  await tap("重新录");
  await tap("点一下结束");
  await vi.waitFor(async () => expect(await said(id)).toEqual(["second"]));
  await tap("删掉语音");
  await vi.waitFor(async () => expect(await said(id)).toEqual([]));
  expect((await photosOf(id)).length).toBe(1);
  await tap("语音补充");
});

test("what is being said when somebody sends is part of what is sent, after the photos", async () => {
  microphone({ said: "to the end" });
  const id = await draftWithPhoto();
  open(id);
  await tap("语音补充");
  await shows("正在录音");
  await addPhoto(id, picture);
  await finish?.();
  const item = await sendReport(id, { consent: "1", clockOffsetMs: 0, undoMs: 60_000 });
  const sent = JSON.parse(item.payload) as { photos: { role?: string; mime: string; seq: number }[] };
  expect(sent.photos.map(({ role, mime, seq }) => [role, mime, seq])).toEqual([
    [undefined, "image/jpeg", 1],
    [undefined, "image/jpeg", 2],
    ["voice", "audio/mp4", 3],
  ]);
});

test("whoever goes to another page meanwhile finds what was said", async () => {
  const { tracks } = microphone({ said: "until here" });
  const id = await draftWithPhoto();
  open(id);
  await tap("语音补充");
  await shows("正在录音");
  close();
  await vi.waitFor(async () => expect(await said(id)).toEqual(["until here"]));
  expect(tracks.map((track: Track) => track.stopped)).toEqual([true]);
  open(id);
  await shows("语音已存到本机");
});

test.each([
  ["NotAllowedError", "没有麦克风权限"],
  ["NotFoundError", "没有找到麦克风"],
  ["NotReadableError", "麦克风打不开"],
])("a microphone that says %s is told, with what to do, and nothing else stops", async (refuses, words) => {
  vi.spyOn(console, "warn").mockReturnValue();
  microphone({ refuses });
  const id = await draftWithPhoto();
  open(id);
  await tap("语音补充");
  await shows(words);
  microphone({ said: "at last" });
  await tap("语音补充");
  await tap("点一下结束");
  await shows("语音已存到本机");
  expect(root.textContent).not.toContain(words);
});

test("a browser that cannot record is not offered it", async () => {
  microphone({ kinds: [] });
  open(await draftWithPhoto());
  expect(root.textContent).toBe("");
});
