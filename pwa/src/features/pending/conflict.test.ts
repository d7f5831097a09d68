import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type App, createApp, h } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import type { HistoryRow } from "../../api/types";
import { loadMoreTexts } from "../../i18n";
import type { Item, Photo } from "../../outbox";
import { db } from "../../outbox/db";
import { makeCase } from "../case/testCase";
import { Wire } from "../case/testWire";
import ConflictChoice from "./parts/ConflictChoice.vue";

let app: App | null = null;
let wire: Wire;

const item: Item = {
  id: "01a20c0b-0000-7000-8000-000000000001",
  kind: "move",
  subject: "01a20c0b-a66a-7660-a8b1-32258700c1a6",
  action: "respond",
  owner: null,
  state: "conflicting",
  payload: JSON.stringify({ action: "respond", base_rev: 2, note: "清完了", photos: [] }),
  payload_sha256: "",
  created_at: Date.now() - 600_000,
  attempts: 0,
  attempted_at: null,
  undo: null,
  next_attempt_at: 0,
  last_error: null,
  receipt: null,
  delivered_at: null,
  checked_at: null,
};

const photo: Photo = {
  id: "01a20c0b-0000-7000-8000-000000000002",
  item_id: item.id,
  seq: 1,
  sha256: "00",
  size: 4,
  mime: "image/jpeg",
  width: 1,
  height: 1,
  taken_at: null,
  exif: null,
  state: "stored",
  reason: null,
};

const byOther: HistoryRow = {
  at: new Date(Date.now() - 300_000).toISOString(),
  action: "respond",
  from_state: "accepted",
  to_state: "responded",
  who: { role: "squad_member", name: "李四", squad: { code: "gaotangling", name: "高塘岭中队" } },
  note: "",
  reason: "",
  data: {},
  photos: [],
};

beforeEach(async () => {
  await loadMoreTexts();
  wire = new Wire();
  vi.stubGlobal("fetch", wire.fetch);
  await db.items.add(item);
  await db.photos.add(photo);
  await db.bytes.add({ photo_id: photo.id, bytes: new ArrayBuffer(4) });
  await db.thumbs.add({ photo_id: photo.id, bytes: new ArrayBuffer(4) });
});

afterEach(async () => {
  app?.unmount();
  document.body.replaceChildren();
  await Promise.all([db.items.clear(), db.photos.clear(), db.bytes.clear(), db.thumbs.clear()]);
});

async function open(seen: string): Promise<{ gaveUp: () => number }> {
  let gaveUp = 0;
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:rest(.*)*", component: { render: () => null } }],
  });
  const props = { unsent: { item, photos: [photo] }, now: Date.now(), onGiveUp: () => gaveUp++ };
  app = createApp({ render: () => h(ConflictChoice, props) }).use(router);
  app.mount(document.body.appendChild(document.createElement("div")));
  await vi.waitFor(() => expect(document.body.textContent).toContain(seen));
  return { gaveUp: () => gaveUp };
}

/** The part that sends is loaded for the first time: on a busy machine that takes more than a moment. */
const PATIENCE_MS = 15_000;

const press = (label: string) =>
  [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === label)?.click();

test("what I did stands beside how the case is now, and who changed it", async () => {
  wire.route = () => ({
    body: makeCase({ state: "responded", rev: 5, history: [byOther], actions: ["note"] }),
  });
  await open("李四");
  const [mine, now] = [...document.querySelectorAll("section")].map((one) => one.textContent ?? "");
  expect(mine).toContain("清完了");
  await vi.waitFor(() => expect(document.querySelectorAll("section:first-child img")).toHaveLength(1));
  expect(now).toContain("高塘岭中队");
  expect(document.body.textContent).toContain("不能再做");
});

test("it goes again on the present state, with its photos", async () => {
  wire.route = () => ({ body: makeCase({ state: "accepted", rev: 6, actions: ["respond", "note"] }) });
  await open("按现在的状态再发");
  press("按现在的状态再发");
  await vi.waitFor(async () => expect(await db.items.get(item.id)).toBeUndefined(), PATIENCE_MS);
  const [fresh] = await db.items.toArray();
  expect(JSON.parse(fresh?.payload ?? "{}")).toMatchObject({
    action: "respond",
    base_rev: 6,
    note: "清完了",
  });
  expect(
    await db.photos
      .where("item_id")
      .equals(fresh?.id ?? "")
      .count(),
  ).toBe(1);
  expect(await db.bytes.count()).toBe(1);
});

test("it stays as a note when the case is closed, and is only given up by its maker", async () => {
  wire.route = () => ({ body: makeCase({ state: "closed", rev: 9, actions: ["note"] }) });
  const { gaveUp } = await open("留作备注");
  press("不发了");
  expect(gaveUp()).toBe(1);
  expect(await db.items.get(item.id)).toBeDefined();
  press("留作备注");
  await vi.waitFor(async () => expect((await db.items.toArray())[0]?.action).toBe("note"), PATIENCE_MS);
  expect(await db.bytes.count()).toBe(1);
});

test("without network it says so and decides nothing blindly", async () => {
  await db.items.update(item.id, { subject: "01a20c0b-a66a-7660-a8b1-32258700ffff" });
  const other = { ...item, subject: "01a20c0b-a66a-7660-a8b1-32258700ffff" };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:rest(.*)*", component: { render: () => null } }],
  });
  app = createApp({ render: () => h(ConflictChoice, { unsent: { item: other, photos: [photo] }, now: 0 }) });
  app.use(router).mount(document.body.appendChild(document.createElement("div")));
  await vi.waitFor(() => expect(document.body.textContent).toContain("没有网络"));
  expect([...document.querySelectorAll("button")].map((one) => one.textContent?.trim())).toEqual(["不发了"]);
});
