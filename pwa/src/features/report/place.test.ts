import { expect, test } from "vitest";
import type { Draft } from "../../outbox";
import { communitiesNear, placeOf } from "./place";

const shutter = "2026-11-24T01:00:00.000Z";
const fix = {
  lon: 112.82,
  lat: 28.353,
  accuracy_m: 8,
  fix_at: shutter,
  source: "gps" as const,
  age_s: 1,
};
const draft: Draft = {
  id: "a",
  kind: "report",
  subject: null,
  owner: null,
  report: { category: "E0104", condition: null, description: "", pin: null },
  fix,
  captured_at: shutter,
  updated_at: 0,
};
const exif = { lon: 113, lat: 28.2, taken_at: null, orientation: 1 };

test("a photo taken now is where the phone is", () => {
  expect(placeOf(draft, [{ exif, taken_at: shutter }]).from).toBe("fix");
});

test("an album photo is where it was taken, not where the phone is now", () => {
  const old = placeOf(draft, [{ exif, taken_at: "2026-11-20T01:00:00.000Z" }]);
  expect(old).toEqual({ from: "photo", point: { lon: 113, lat: 28.2 } });
});

test("a fix of ten minutes ago is no place", () => {
  expect(placeOf({ ...draft, fix: { ...fix, age_s: 600 } }, []).from).toBe("none");
});

test("a place chosen by hand wins", () => {
  const pin = { lon: 112.9, lat: 28.3, name: "某社区" };
  const pinned = { ...draft, report: { condition: null, description: "", pin } };
  expect(placeOf(pinned, [{ exif, taken_at: shutter }])).toMatchObject({ from: "pin", name: "某社区" });
});

test("communities come nearest first, those without a point not at all", () => {
  const row = (name: string, lon: number | null) => ({ code: name, name, lon, lat: 28.35 });
  const places = {
    streets: [
      {
        code: "1",
        name: "街道",
        lon: null,
        lat: null,
        communities: [row("远", 113), row("近", 112.83), row("空", null)],
      },
    ],
  };
  expect(communitiesNear(places, fix).map((near) => near.name)).toEqual(["近", "远"]);
});
