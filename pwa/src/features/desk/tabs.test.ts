import { expect, test } from "vitest";
import { tabsFor } from "./tabs";

test("everybody at the desk sees the lists that the server gives him, and no other", () => {
  expect(tabsFor(["operator"])).toEqual(["inbox", "checks", "held", "cases"]);
  expect(tabsFor(["dispatcher"])).toEqual(["decisions", "cases"]);
  expect(tabsFor(["shift_leader"])).toEqual(["inbox", "decisions", "checks", "held", "cases"]);
  expect(tabsFor(["superintendent"])).toEqual(["cases"]);
  expect(tabsFor(["leader"])).toEqual(["decisions", "cases"]);
  expect(tabsFor(["administrator"])).toEqual(["inbox", "decisions", "checks", "held", "cases"]);
});

test("who has two posts has both posts' lists", () => {
  expect(tabsFor(["operator", "dispatcher"])).toEqual(["inbox", "decisions", "checks", "held", "cases"]);
});
