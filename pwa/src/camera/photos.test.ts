import { expect, test } from "vitest";
import { bestFix, poorness } from "./bestFix";
import { isBlank, isDark, MOST_BYTES, withinBytes } from "./draw";
import { exifFacts } from "./exif";
import { readHeader } from "./header";
import { isWeChat } from "./useCamera";

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

test("a night street is no black frame, a finger before the lens is one", () => {
  const street = new Uint8ClampedArray(400 * 4).fill(8);
  for (let lamp = 0; lamp < 10; lamp++) street.set([240, 220, 160, 255], lamp * 4);
  expect(isDark(street)).toBe(false);
  expect(isDark(new Uint8ClampedArray(400 * 4).fill(8))).toBe(true);
});

test("a photo is made smaller until it is within 600 kB, and no worse than needed", async () => {
  const asked: number[] = [];
  const leaves = { 0.72: 900_000, 0.6: MOST_BYTES, 0.5: 400_000 } as Record<number, number>;
  const jpeg = async (quality: number) => {
    asked.push(quality);
    return new ArrayBuffer(leaves[quality] ?? 0);
  };
  expect((await withinBytes({ jpeg })).byteLength).toBe(MOST_BYTES);
  expect(asked).toEqual([0.72, 0.6]);
});

const at = (timestamp: number, accuracy: number) =>
  ({ timestamp, coords: { longitude: 112.8, latitude: 28.3, accuracy } }) as GeolocationPosition;

test("the shutter binds the best fix, not the latest", () => {
  const shutter = 1_000_000;
  const fixes = [at(shutter - 8_000, 6), at(shutter - 1_000, 900)];
  expect(bestFix(fixes, shutter)).toMatchObject({ accuracy_m: 6, age_s: 8, source: "gps" });
});

test("a good fix of minutes ago gives way to a fair one of now, and one of hours ago is none", () => {
  const shutter = 20_000_000;
  expect(bestFix([at(shutter - 300_000, 5), at(shutter, 40)], shutter)?.accuracy_m).toBe(40);
  expect(bestFix([at(shutter - 7_200_000, 5)], shutter)).toBeNull();
});

test("a fix worse than 50 m or older than 30 s is called so", () => {
  expect(poorness({ accuracy_m: 8, age_s: 2 })).toBeNull();
  expect(poorness({ accuracy_m: 51, age_s: 2 })).toBe("bad");
  expect(poorness({ accuracy_m: 8, age_s: 31 })).toBe("stale");
});

test("inside WeChat the phone's own camera comes first", () => {
  expect(isWeChat("Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.49")).toBe(true);
  expect(isWeChat("Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile Safari/537.36")).toBe(false);
});
