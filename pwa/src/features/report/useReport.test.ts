import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { createApp, nextTick } from "vue";
import { addPhoto } from "../../outbox";
import { db } from "../../outbox/db";
import { giveConsent } from "../../state/consent";
import { config } from "../../state/district";
import { newPage, type PageMemory } from "./unfinished";
import { type Report, useReport } from "./useReport";

/** Opens the capture page; a fresh memory is a page that was killed or never there. */
function open(page: PageMemory = newPage()): { report: Report; close: () => void } {
  let report: Report | undefined;
  const app = createApp({
    setup() {
      report = useReport(page);
      return () => null;
    },
  });
  app.mount(document.createElement("div"));
  if (!report) throw new Error("no report");
  return { report, close: () => app.unmount() };
}

const photo = {
  bytes: new Uint8Array([1, 2, 3]).buffer,
  mime: "image/jpeg",
  width: 1,
  height: 1,
  taken_at: null,
  exif: null,
  thumb: null,
};

/** Waits for what the screen waits for: the disk. */
const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
};

beforeEach(async () => {
  await Promise.all([db.drafts.clear(), db.photos.clear(), db.items.clear()]);
  config.value = {
    district: { code: "430112", name: "示例区", name_en: "Example" },
    demo: true,
    demo_position: { lon: 112.82, lat: 28.353 },
    demo_accounts: [],
    consent: { version: "2026-11", zh: [], en: [] },
    limits: { photo_bytes: 25_000_000, photos_per_report: 9, payload_bytes: 65_536 },
    rescue_key: { kty: "EC", crv: "P-256", kid: "k", x: "x", y: "y" },
    map: { center: { lon: 112.82, lat: 28.353 }, bounds: [112, 28, 113, 29] },
  };
  giveConsent("2026-11");
});

test("the draft is on disk before the camera opens", async () => {
  const { report, close } = open();
  const id = await report.open();
  expect(await db.drafts.get(id)).toBeDefined();
  close();
});

test("a page that was killed offers its draft, with its photo and its class", async () => {
  const first = open();
  const id = await first.report.open();
  await addPhoto(id, photo);
  first.report.change({ category: "E0104" });
  await until(async () => (await db.drafts.get(id))?.report?.category === "E0104");
  first.close();
  const second = open();
  await until(() => second.report.waiting.value.length === 1);
  expect(second.report.waiting.value[0]).toMatchObject({ draft: { id }, photos: 1, earlier: true });
  expect(second.report.draft.value).toBeNull();
  await second.report.resume(id);
  expect(second.report.draft.value?.report?.category).toBe("E0104");
  expect(second.report.missing.value).toBeNull();
  expect(second.report.waiting.value).toEqual([]);
  second.close();
});

test("whoever looks at another page in between comes back to the same report", async () => {
  const page = newPage();
  const first = open(page);
  const id = await first.report.open();
  await addPhoto(id, photo);
  first.close();
  const second = open(page);
  await until(() => second.report.shots.photos.value.length === 1);
  expect(second.report.draft.value?.id).toBe(id);
  second.close();
});

test("a photo that the camera never gave is said after a crash, and not when its maker only closed the camera", async () => {
  const closed = open();
  await closed.report.open();
  await closed.report.cancel();
  expect(await db.drafts.count()).toBe(0);
  closed.close();

  const killed = open();
  const id = await killed.report.open();
  killed.close();
  const next = open();
  await until(() => next.report.waiting.value.length === 1);
  expect(next.report.waiting.value[0]).toMatchObject({ draft: { id }, photos: 0, earlier: true });
  next.close();
});

test("a draft put aside stays whole while the next report is made and sent", async () => {
  const { report, close } = open();
  const first = await report.open();
  await addPhoto(first, photo);
  report.change({ category: "E0104", description: "公交站牌后面" });
  await report.setAside();
  const second = await report.open();
  expect(second).not.toBe(first);
  await addPhoto(second, photo);
  await report.shots.refresh();
  report.change({ category: null });
  await report.send();
  expect((await db.items.toArray()).map((item) => item.id)).toEqual([second]);
  await report.resume(first);
  expect(report.draft.value?.report).toMatchObject({ category: "E0104", description: "公交站牌后面" });
  expect(report.shots.photos.value).toHaveLength(1);
  close();
});

test("what was typed last goes with the draft that is thrown away, not into the next one", async () => {
  const { report, close } = open();
  await addPhoto(await report.open(), photo);
  report.change({ description: "写错了" });
  await report.discard();
  const next = await report.open();
  expect((await db.drafts.get(next))?.report?.description).toBe("");
  close();
});

test("存好，下一件 keeps the class for the next report, 发送 does not", async () => {
  const { report, close } = open();
  for (const keep of [true, false]) {
    await addPhoto(await report.open(), photo);
    await report.shots.refresh();
    if (keep) report.change({ category: "E0104" });
    expect(report.draft.value?.report?.category).toBe("E0104");
    await report.send(keep);
  }
  await report.open();
  expect(report.draft.value?.report?.category).toBeUndefined();
  close();
});

test("what was dealt with on the spot says so on the disk, and its next photo shows after", async () => {
  const { report, close } = open();
  const id = await report.open();
  await addPhoto(id, photo);
  await report.shots.refresh();
  report.setKind("self_handled");
  expect(report.role.value).toBe("after");
  expect(report.missing.value).toBe("after");
  await addPhoto(id, { ...photo, role: "after" });
  await report.shots.refresh();
  report.change({ category: "E0104" });
  await report.send();
  const [item] = await db.items.toArray();
  expect(JSON.parse(item?.payload ?? "{}")).toMatchObject({ kind: "self_handled" });
  close();
});

test("a problem after all: photos taken as done show the problem again", async () => {
  const { report, close } = open();
  const id = await report.open();
  await addPhoto(id, photo);
  await addPhoto(id, { ...photo, role: "after" });
  await report.shots.refresh();
  report.setKind("self_handled");
  report.setKind("problem");
  await until(() => report.shots.photos.value.every((shown) => shown.role === "before"));
  expect(report.missing.value).toBe("class");
  close();
});

test("not knowing what it is, is an answer; not having answered is none", async () => {
  const { report, close } = open();
  await addPhoto(await report.open(), photo);
  await report.shots.drop("no such photo");
  await until(() => report.shots.photos.value.length === 1);
  expect(report.missing.value).toBe("class");
  report.change({ category: null });
  await nextTick();
  expect(report.missing.value).toBeNull();
  await report.send();
  const [item] = await db.items.toArray();
  expect(JSON.parse(item?.payload ?? "{}")).toMatchObject({ category: null, consent: "2026-11" });
  close();
});

test("nothing is sent without consent", async () => {
  const { report, close } = open();
  await addPhoto(await report.open(), photo);
  report.change({ category: "E0104" });
  if (config.value) config.value = { ...config.value, consent: { version: "2027-01", zh: [], en: [] } };
  await report.send();
  expect(await db.items.count()).toBe(0);
  close();
});

const voice = { ...photo, mime: "audio/webm", width: null, height: null, role: "voice" as const };

test("what was said is no photo, and stays when the camera is closed without one", async () => {
  const { report, close } = open();
  const id = await report.open();
  await addPhoto(id, voice);
  await report.shots.refresh();
  expect([report.shots.photos.value.length, report.missing.value]).toEqual([0, "photo"]);
  await report.cancel();
  expect(await db.drafts.get(id)).toBeDefined();
  close();
});

test("Send waits for what is being said, and does not go without it when it could not be kept", async () => {
  const { report, close } = open();
  const id = await report.open();
  await addPhoto(id, photo);
  await report.shots.refresh();
  report.change({ category: "E0104" });
  report.finishing(() => Promise.reject(new Error("full")));
  await report.send();
  expect([report.failed.value, await db.items.count()]).toEqual([true, 0]);
  report.finishing(async () => {
    await addPhoto(id, voice);
  });
  await report.send();
  const [item] = await db.items.toArray();
  expect(JSON.parse(item?.payload ?? "{}").photos).toMatchObject([{ mime: "image/jpeg" }, { role: "voice" }]);
  close();
});
