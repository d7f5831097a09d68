import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { type App, createApp } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import type { CaseState, Tracking } from "../../api/types";
import { db } from "../../outbox/db";
import TrackPage from "./TrackPage.vue";
import { trackingAt } from "./testTracking";

const DESK_WORDS = ["立案", "核查", "单元网格", "派遣", "结案", "处置"];
const STATES: CaseState[] = [
  "submitted",
  "verifying",
  "dispatching",
  "dispatched",
  "accepted",
  "in_progress",
  "suspended",
  "deferred",
  "responded",
  "closed",
  "refused",
  "withdrawn",
];
let app: App | null = null;

afterEach(async () => {
  app?.unmount();
  app = null;
  document.body.replaceChildren();
  await db.items.clear();
});

/** Opens the page with the server answering as given, and waits until something of it is on the screen. */
async function open(status: number, body: unknown, ref: string): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status, headers }));
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:rest(.*)*", component: TrackPage }],
  });
  app = createApp(TrackPage, { publicRef: ref }).use(router);
  app.mount(document.body.appendChild(document.createElement("div")));
  await vi.waitFor(() => {
    if (!document.querySelector(".track-now, .state-block")) throw new Error("still reading");
  });
}

/** Everything a person can read or hear on the screen. */
function screenText(): string {
  const spoken = [...document.querySelectorAll("[aria-label], [placeholder], [alt], [title]")].flatMap(
    (one) => ["aria-label", "placeholder", "alt", "title"].map((name) => one.getAttribute(name) ?? ""),
  );
  return [document.title, document.body.textContent, ...spoken].join("\n");
}
const show = (state: CaseState, given: Partial<Tracking> = {}) =>
  open(200, trackingAt(state, given), `ref-${state}-${Math.random()}`);
const buttons = () => [...document.querySelectorAll("button, a")].map((one) => one.textContent?.trim() ?? "");

test.each(STATES)("no word of the desk is on a citizen's screen (%s)", async (state) => {
  await show(state, { can: ["withdraw", "solved", "not_solved"], rework: 1 });
  const text = screenText();
  expect(text).toContain("雨水井盖");
  expect(DESK_WORDS.filter((word) => text.includes(word))).toEqual([]);
});

test("a refusal says why and who is responsible", async () => {
  await show("refused");
  expect(screenText()).toContain("这件事不归城市管理部门管。");
  expect(screenText()).toContain("小区物业");
});

test("whoever holds the link reads, only the reporter's phone may take it back", async () => {
  await show("submitted");
  expect(buttons()).not.toContain("撤回");
  app?.unmount();
  await show("submitted", { can: ["withdraw"] });
  expect(buttons()).toContain("撤回");
});

test("after the end the reporter is asked whether it is solved", async () => {
  await show("closed", { can: ["solved", "not_solved", "note"] });
  expect(buttons()).toEqual(expect.arrayContaining(["解决了", "没解决，再拍一张"]));
});

test("what the reporter says is kept on the phone, and the page says so until it has arrived", async () => {
  await show("closed", { can: ["solved", "not_solved"] });
  const solved = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === "解决了");
  solved?.click();
  // Before or after the first attempt, which has no server here.
  await vi.waitFor(() => expect(screenText()).toMatch(/已存到本机。有网会自动发送。|在本机等待发送。/));
  const [item] = await db.items.toArray();
  expect([item?.action, item?.owner, JSON.parse(item?.payload ?? "{}").base_rev]).toEqual([
    "solved",
    null,
    4,
  ]);
});

test("an unknown link says so and what to do", async () => {
  await open(404, { code: "not_found", detail: "" }, "unknown");
  expect(screenText()).toContain("没有找到这件上报");
  expect(buttons()).toContain("我的上报");
});
