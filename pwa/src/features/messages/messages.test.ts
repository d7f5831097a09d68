import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "fake-indexeddb/auto";
import { recall } from "../../api/cache";
import type { Message, Person, Role } from "../../api/types";
import { adopt } from "../../state/session";
import { asPage, Wire } from "../case/testWire";
import { useMessages } from "./useMessages";
import { messagePath, messageText, messageWhat, messageWhy } from "./words";

const message = (given: Partial<Message>): Message => ({
  id: "m1",
  kind: "request",
  at: "2026-11-24T06:00:00Z",
  case_id: "c1",
  number: "20261124-00015",
  class_name: "雨水井盖",
  class_name_en: "Storm drain cover",
  place_text: "高塘岭街道西塘街社区",
  data: {},
  read_at: null,
  ...given,
});
const as = (role: Role) =>
  adopt({ id: role, username: role, name: role, roles: [{ role, squad: null }] } as Person);

let wire: Wire;
let leave = () => {};

beforeEach(() => {
  wire = new Wire();
  vi.stubGlobal("fetch", wire.fetch);
});

afterEach(() => {
  leave();
  vi.unstubAllGlobals();
});

test("a message leads to where it is acted on", async () => {
  await as("dispatcher");
  expect(messagePath(message({}))).toBe("/desk?tab=decisions&case=c1");
  await as("squad_leader");
  expect(messagePath(message({ kind: "denied" }))).toBe("/case/c1");
  await as("inspector");
  expect(messagePath(message({ kind: "task" }))).toBe("/check/c1");
});

test("a reminder says which time runs out, an answer what was written", () => {
  const urge = message({ kind: "urge", data: { stage: "disposal", percent: 75 } });
  expect(messageText(urge)).toBe("催办：处置时间用了 75%");
  expect(messageWhy(message({ data: { reason: "配件库里有" } }), 0)).toBe("配件库里有");
  expect(messageWhat(urge)).toBe("雨水井盖 · 高塘岭街道西塘街社区");
});

test("what was read counts as read here at once, and the list is there without network", async () => {
  await as("squad_leader");
  const page = { items: [message({}), message({ id: "m2" })], next: null, unread: 2 };
  wire.route = () => ({ body: page });
  const first = asPage(useMessages);
  leave = first.leave;
  await vi.waitFor(() => expect(first.page.unread.value).toBe(2));
  await vi.waitFor(async () => expect(await recall("private:messages")).not.toBeNull());
  wire.route = () => null;
  await first.page.read([message({})]);
  expect(first.page.unread.value).toBe(1);
  leave();
  const again = asPage(useMessages);
  leave = again.leave;
  await vi.waitFor(() => expect(again.page.items.value.map(({ id }) => id)).toEqual(["m1", "m2"]));
});
