import { expect, test } from "vitest";
import type { Item, Photo } from "../../outbox";
import type { Unsent } from "../../state/outbox";
import { standingOf } from "./standing";
import { makeCase } from "./testCase";

let made = 0;
const sent = (
  action: Item["action"],
  state: Item["state"],
  more: Partial<Item> = {},
  photos = 0,
): Unsent => ({
  item: { id: `m${++made}`, action, state, created_at: made, receipt: null, ...more } as Item,
  photos: new Array(photos).fill({}) as Photo[],
});
const receipt = (state: string, rev: number) => ({ receipt: { case: { state, rev } } as Item["receipt"] });

test("an acceptance on this phone lets the squad answer at once, on the revision it will make", () => {
  const standing = standingOf(makeCase({ rev: 4 }), [sent("accept", "queued")]);
  expect(standing).toMatchObject({ state: "accepted", rev: 5 });
  expect(standing.actions).toEqual(
    expect.arrayContaining(["respond", "start", "return", "request_extension"]),
  );
});

test("an acceptance that arrived counts before the page was read again", () => {
  const standing = standingOf(makeCase({ rev: 4 }), [sent("accept", "delivered", receipt("accepted", 5))]);
  expect(standing).toMatchObject({ state: "accepted", rev: 5 });
  expect(standing.actions).toContain("respond");
});

test("what the server says later wins over an old receipt", () => {
  const detail = makeCase({ rev: 8, state: "dispatched" });
  expect(standingOf(detail, [sent("accept", "delivered", receipt("accepted", 5))]).rev).toBe(8);
});

test("an answer under way leaves nothing to decide, but a note can still be added", () => {
  const detail = makeCase({ state: "accepted", actions: ["respond", "note"] });
  expect(standingOf(detail, [sent("respond", "sending", {}, 2)])).toMatchObject({
    state: "responded",
    actions: ["note"],
  });
});

test("a check that found nothing takes the other answers away while it waits", () => {
  const detail = makeCase({
    state: "responded",
    actions: ["check_pass", "check_fail", "check_cannot_find", "note"],
  });
  expect(standingOf(detail, [sent("check_cannot_find", "queued")]).actions).toEqual(["note"]);
});

test("a parked move changes nothing: the case is as the server says", () => {
  const detail = makeCase({ state: "closed", rev: 9, actions: ["note"] });
  const standing = standingOf(detail, [sent("respond", "conflicting", receipt("closed", 9), 1)]);
  expect(standing).toEqual({ state: "closed", rev: 9, actions: ["note"], pending: null });
});

test("a case that could not be found is not checked again before the operator has helped", () => {
  const actions = ["check_pass", "check_fail", "check_cannot_find", "note"];
  const detail = makeCase({ state: "responded", actions, flags: ["check_cannot_find"] });
  expect(standingOf(detail, []).actions).toEqual(["note"]);
});

test("a note that waits makes the next decision no less current", () => {
  const standing = standingOf(makeCase({ rev: 4 }), [sent("note", "queued"), sent("accept", "queued")]);
  expect(standing).toMatchObject({ state: "accepted", rev: 5 });
});

test("a request that waits on the phone is asked for: nothing else can be, but the work goes on", () => {
  const detail = makeCase({
    state: "accepted",
    rev: 4,
    actions: ["respond", "return", "request_extension", "request_deferral", "note"],
  });
  const standing = standingOf(detail, [sent("request_extension", "queued")]);
  expect(standing).toEqual({
    state: "accepted",
    rev: 4,
    actions: ["respond", "return", "note"],
    pending: "extension",
  });
});

test("a case that was handed back is out of the squad's hands at once, and so is what it asked for", () => {
  const detail = makeCase({
    state: "accepted",
    pending: "extension",
    actions: ["respond", "return", "note"],
  });
  expect(standingOf(detail, [sent("return", "queued")])).toMatchObject({
    state: "dispatching",
    actions: ["note"],
    pending: null,
  });
});

test("a verification that waits leaves nothing more to answer", () => {
  const detail = makeCase({ state: "verifying", actions: ["verify_true", "verify_false", "note"] });
  expect(standingOf(detail, [sent("verify_true", "sending", {}, 1)])).toMatchObject({
    state: "submitted",
    actions: ["note"],
  });
});
