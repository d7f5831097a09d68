import { expect, test } from "vitest";
import { makeCard } from "../case/testCase";
import { drawingOf, marksOf } from "./areaMap";

const area = {
  corners: [112, 28, 112.001, 28, 112.001, 28.001, 112, 28.001],
  cells: [{ code: "A", community: "C", duty_grids: [], rings: [[0, 1, 2, 3]] }],
};
const NOW = Date.parse("2026-11-24T06:00:00Z");
const at = (lon: number, lat: number, change = {}) =>
  makeCard({ id: `${lon}`, place: { lon, lat }, ...change });

test("a cell of a thousandth of a degree is drawn 98 m wide and 111 m high, north up", () => {
  const drawing = drawingOf(area, []);
  expect(drawing?.flat({ lon: 112.001, lat: 28 })).toEqual({
    x: expect.closeTo(98.2, 1),
    y: expect.closeTo(111.2, 1),
  });
  expect(drawing?.cells).toBe("M0.0 111.2L98.2 111.2L98.2 0.0L0.0 0.0Z");
});

test("without an area of one's own the cases frame the map, and without both there is none", () => {
  const empty = { corners: [], cells: [] };
  expect(drawingOf(empty, [])).toBeNull();
  expect(drawingOf(empty, [{ lon: 112, lat: 28 }])?.width).toBe(200);
});

test("cases close together are one mark, which shows the most urgent of them", () => {
  const drawing = drawingOf(area, []);
  const late = at(112.0001, 28, { state: "accepted", due_at: "2026-11-24T05:00:00Z" });
  const marks = drawing
    ? marksOf([at(112, 28, { state: "accepted" }), late, at(112.001, 28)], drawing, 50, NOW)
    : [];
  expect(marks.map(({ cards, sign }) => [cards.length, sign])).toEqual([
    [2, "overdue"],
    [1, "waiting"],
  ]);
});

test("a case without a place has no mark", () => {
  const drawing = drawingOf(area, []);
  expect(drawing && marksOf([makeCard({ place: null })], drawing, 50, NOW)).toEqual([]);
});
