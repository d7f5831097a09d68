import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadMoreTexts, t } from "./i18n";

const shell = (name: string) => readFileSync(`public/shell/${name}.html`, "utf8");

test("what stands there before the app runs says the same as the app", async () => {
  await loadMoreTexts();
  for (const [name, title] of [
    ["capture", t("report.title")],
    ["tasks", t("common.tab_tasks")],
    ["track", t("track.title")],
  ] as const) {
    expect(shell(name)).toContain(`<h1>${title}</h1>`);
    expect(shell(name)).toContain(t("common.demo_hint"));
  }
  expect(shell("capture")).toContain(t("report.lead"));
});
