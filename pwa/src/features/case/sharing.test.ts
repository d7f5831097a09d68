import { expect, test } from "vitest";
import { groupText, mapApps } from "./sharing";
import { makeCard } from "./testCase";

test("the text for a group has number, place and link", () => {
  expect(groupText(makeCard({ id: "abc" }), "https://x.example").split("\n")).toEqual([
    "20261124-00015 暴露垃圾",
    "高塘岭街道高塘岭社区 (28.356608, 112.812943)",
    "https://x.example/case/abc",
  ]);
});

test("a map program learns the point and nothing about the case", () => {
  for (const { href } of mapApps({ lon: 112.82, lat: 28.353 }, false)) {
    expect(href).toContain("112.820000");
    expect(decodeURIComponent(href)).not.toMatch(/20261124|垃圾|case|http:/);
  }
});

test("a geo link says latitude first, the web map longitude first", () => {
  const [phone, amap] = mapApps({ lon: 112.82, lat: 28.353 }, false);
  expect(phone?.href).toMatch(/^geo:28\.353000,112\.820000/);
  expect(amap?.href).toContain("position=112.820000,28.353000");
  expect(mapApps({ lon: 112.82, lat: 28.353 }, true)[0]?.href).toMatch(/^https:\/\/maps\.apple\.com/);
});
