import { expect, test } from "vitest";
import { parsePoint, pointText } from "./coordinates";

const district = [112.6, 28.1, 113.1, 28.6];

test("a position is read however it is typed or pasted", () => {
  for (const text of ["112.82, 28.353", "112.82，28.353", " 112.82  28.353 ", "112.82;28.353"]) {
    expect(parsePoint(text)).toEqual({ lon: 112.82, lat: 28.353 });
  }
});

test("latitude written first is understood where only that lies in the district", () => {
  expect(parsePoint("28.353, 112.82", district)).toEqual({ lon: 112.82, lat: 28.353 });
  expect(parsePoint("28.353, 12.82", district)).toEqual({ lon: 28.353, lat: 12.82 });
});

test("what is no position is not guessed at", () => {
  for (const text of ["", "112.82", "112.82, 28.353, 5", "here, there", "512, 28", "112.8, NaN"]) {
    expect(parsePoint(text)).toBeNull();
  }
});

test("a position reads back as it was written", () => {
  expect(pointText({ lon: 112.8200001, lat: 28.353 })).toBe("112.82, 28.353");
});
