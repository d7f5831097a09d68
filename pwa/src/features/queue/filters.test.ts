import { expect, test } from "vitest";
import { makeCard } from "../case/testCase";
import { filtered, rowsOf } from "./filters";

const now = new Date(2026, 10, 24, 14, 0).getTime();
const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
const here = { lon: 112.82, lat: 28.353 };
const cards = [
  makeCard({ id: "late", due_at: at(-1), place: { lon: 112.84, lat: 28.353 } }),
  makeCard({ id: "today", due_at: at(2), place: { lon: 112.821, lat: 28.353 } }),
  makeCard({ id: "nowhere", due_at: at(20), place: null }),
  makeCard({ id: "tomorrow", due_at: at(30), place: { lon: 112.83, lat: 28.353 } }),
];
const ids = (filter: Parameters<typeof filtered>[1]) =>
  filtered(rowsOf(cards, here), filter, now).map(({ card }) => card.id);

test("today holds what is due today and what is overdue already", () => {
  expect(ids("today")).toEqual(["late", "today"]);
});

test("overdue holds only what is past its time", () => {
  expect(ids("overdue")).toEqual(["late"]);
});

test("near sorts by distance, a case without a place comes last", () => {
  expect(ids("near")).toEqual(["today", "tomorrow", "late", "nowhere"]);
});

test("without a position the distance is unknown, not zero", () => {
  expect(rowsOf(cards, null).every((row) => row.metres === null)).toBe(true);
});
