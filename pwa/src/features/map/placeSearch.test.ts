import { expect, test } from "vitest";
import type { Places } from "../../api/types";
import { findPlaces } from "./placeSearch";

const places: Places = {
  streets: [
    {
      code: "430112001",
      name: "高塘岭街道",
      lon: 112.819,
      lat: 28.356,
      communities: [
        { code: "430112001001", name: "西塘街社区", lon: 112.829, lat: 28.3554 },
        { code: "430112001002", name: "高塘岭社区", lon: null, lat: null },
      ],
    },
    {
      code: "430112003",
      name: "丁字湾街道",
      lon: 112.889,
      lat: 28.41,
      communities: [{ code: "430112003001", name: "西塘村", lon: 112.88, lat: 28.41 }],
    },
  ],
};
const names = (text: string) => findPlaces(places, text).map((row) => row.name);

test("a street brings its communities", () => {
  expect(names("丁字湾")).toEqual(["丁字湾街道", "西塘村"]);
});

test("a community is found in every street", () => {
  expect(names("西塘")).toEqual(["西塘街社区", "西塘村"]);
});

test("nothing typed shows everything that has a point", () => {
  expect(names("  ")).toEqual(["高塘岭街道", "西塘街社区", "丁字湾街道", "西塘村"]);
});
