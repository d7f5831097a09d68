import { expect, test } from "vitest";
import { isBlank } from "./draw";
import { exifFacts } from "./exif";
import { readHeader } from "./header";

const bytes = (...values: number[]) => new Uint8Array([...values, ...new Array(32).fill(0)]);

test("magic bytes name the picture", () => {
  const jpeg = bytes(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x0c, 0x00, 0x10, 0x00);
  expect(readHeader(jpeg)).toEqual({ mime: "image/jpeg", width: 4096, height: 3072 });
  const heic = new TextEncoder().encode("\0\0\0\x18ftypheic........................");
  expect(readHeader(heic).mime).toBe("image/heic");
  expect(readHeader(new TextEncoder().encode("<html>please sign in</html>")).mime).toBeNull();
});

test("a truncated JPEG header ends without an error", () => {
  expect(readHeader(new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0xff])).width).toBeNull();
});

test("a photo without a usable position says none: 0,0 and NaN are not places", () => {
  expect(exifFacts({ longitude: 0, latitude: 0, Orientation: 6 })).toMatchObject({ lon: null, lat: null });
  expect(exifFacts({ longitude: Number.NaN, latitude: 28, Orientation: 6 })).toMatchObject({ lon: null });
  expect(exifFacts({ longitude: 112.8, Orientation: 1 })).toMatchObject({ lon: null, lat: null });
  expect(exifFacts({ longitude: 112.82, latitude: 28.353 })).toMatchObject({ lon: 112.82, lat: 28.353 });
});

test("EXIF time stays local without an offset and becomes an instant with one", () => {
  expect(exifFacts({ DateTimeOriginal: "2026:11:23 08:41:12" })?.taken_at).toBe("2026-11-23T08:41:12");
  expect(exifFacts({ DateTimeOriginal: "2026:11:23 08:41:12", OffsetTimeOriginal: "+08:00" })?.taken_at).toBe(
    "2026-11-23T08:41:12+08:00",
  );
  expect(exifFacts({ DateTimeOriginal: "0000:00:00 00:00:00" })).toBeNull();
});

test("an orientation outside 1 to 8 is none", () => {
  expect(exifFacts({ Orientation: 0 })).toBeNull();
  expect(exifFacts({ Orientation: 8 })?.orientation).toBe(8);
});

test("a picture of one colour is recognised as an empty canvas", () => {
  expect(isBlank(new Uint8ClampedArray([0, 0, 0, 255, 0, 0, 0, 255]))).toBe(true);
  expect(isBlank(new Uint8ClampedArray([0, 0, 0, 255, 0, 9, 0, 255]))).toBe(false);
});
