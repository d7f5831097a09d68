import "fake-indexeddb/auto";
import { afterEach, expect, test } from "vitest";
import { addPhoto, startDraft } from "../outbox";
import { db } from "../outbox/db";
import { photo } from "../outbox/testWorld";
import { isSafe } from "./update";

afterEach(async () => {
  document.body.replaceChildren();
  await Promise.all([db.drafts.clear(), db.photos.clear(), db.bytes.clear()]);
});

test("no update is offered while a report is being made; the one left lying yesterday hinders nobody", async () => {
  expect(await isSafe()).toBe(true);
  const draft = await startDraft("report", null, null);
  expect(await isSafe()).toBe(true);
  await addPhoto(draft.id, photo(1));
  expect(await isSafe()).toBe(false);
  expect(await isSafe(Date.now() + 3_600_000)).toBe(true);
});

test("no update is offered over an open sheet", async () => {
  const sheet = document.body.appendChild(document.createElement("dialog"));
  sheet.setAttribute("open", "");
  expect(await isSafe()).toBe(false);
  sheet.removeAttribute("open");
  expect(await isSafe()).toBe(true);
});
