import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { has, loadMoreTexts } from "../../i18n";
import { probeStorage } from "../../outbox";
import { db } from "../../outbox/db";
import { type Finding, runProbes, supportText } from "./probes";

test("the storage check writes, reads and leaves nothing behind", async () => {
  expect(await probeStorage()).toBeGreaterThanOrEqual(0);
  expect(await db.bytes.count()).toBe(0);
});

test("a phone that can do nothing gets a plain answer to every question, and no question stops the next", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await loadMoreTexts();
  const asked: string[] = [];
  const findings: Finding[] = [];
  await runProbes(
    (name) => asked.push(name),
    (finding) => findings.push(finding),
  );
  expect(findings.map(({ name }) => name)).toEqual(asked);
  expect(asked).toEqual(
    expect.arrayContaining(["camera", "position", "storage", "crypto", "worker", "clock"]),
  );
  for (const { name, text, verdict } of findings) {
    expect([name, has(`selftest.${name}`), has(`selftest.${text}`), has(`selftest.${verdict}`)]).toEqual([
      name,
      true,
      true,
      true,
    ]);
  }
});

test("what goes to support says how far off the position was, never where", () => {
  const findings: Finding[] = [{ name: "position", verdict: "ok", text: "position_ok", detail: "12" }];
  const text = supportText(findings, { agent: "Phone/1", build: "index-abc.js", screen: "390×844 @3" });
  expect(text.split("\n")).toEqual([
    "app index-abc.js",
    "browser Phone/1",
    "screen 390×844 @3",
    "position: ok (position_ok) 12",
  ]);
});
