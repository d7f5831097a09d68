import { expect, test } from "vitest";
import { setLanguage, t } from ".";
import { en } from "./en";
import { zh } from "./zh";

const keys = (messages: Record<string, Record<string, string>>) =>
  Object.entries(messages)
    .flatMap(([area, texts]) => Object.keys(texts).map((key) => `${area}.${key}`))
    .sort();

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map((hit) => hit[1]))].sort();

test("both languages have the same texts", () => {
  expect(keys(en)).toEqual(keys(zh));
});

test("a text speaks of the same facts in both languages", () => {
  for (const key of keys(zh)) {
    const [area = "", name = ""] = key.split(".");
    const chinese = (zh as Record<string, Record<string, string>>)[area]?.[name] ?? "";
    const english = (en as Record<string, Record<string, string>>)[area]?.[name] ?? "";
    expect([key, placeholders(english)]).toEqual([key, placeholders(chinese)]);
  }
});

test("no text of ours shouts", () => {
  expect(JSON.stringify([zh, en])).not.toMatch(/[!！]/);
});

test("English counts one photo and two photos", async () => {
  await setLanguage("en");
  expect(t("pending.photos_left", { n: 1 })).toContain("1 photo is");
  expect(t("pending.photos_left", { n: 2 })).toContain("2 photos are");
  await setLanguage("zh");
});
