import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { createApp, nextTick } from "vue";
import { addPhoto, db } from "../../outbox";
import { giveConsent } from "../../state/consent";
import { config } from "../../state/district";
import { type Report, useReport } from "./useReport";

function open(): { report: Report; close: () => void } {
  let report: Report | undefined;
  const app = createApp({
    setup() {
      report = useReport();
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

test("a page that was killed comes back with its photo and its class", async () => {
  const first = open();
  const id = await first.report.open();
  await addPhoto(id, photo);
  first.report.change({ category: "E0104" });
  await until(async () => (await db.drafts.get(id))?.report?.category === "E0104");
  first.close();
  const second = open();
  await until(() => second.report.shots.photos.value.length === 1);
  expect(second.report.draft.value?.report?.category).toBe("E0104");
  expect(second.report.missing.value).toBeNull();
  second.close();
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
