// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readExif } from "./exif";
import { readHeader } from "./header";

const bytesOf = (path: string): ArrayBuffer => {
  const file = readFileSync(path);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
};

const samples = resolve(__dirname, "../../../demo/photos");
const shared = process.env.XUNCHENG_SHARED ?? resolve(__dirname, "../../../../shared");

test("the demo's sample photos say where and when they were taken", async () => {
  const exif = await readExif(bytesOf(`${samples}/sample-2-exposed-rubbish.jpg`));
  expect(exif?.lon).toBeCloseTo(112.89712, 5);
  expect(exif?.lat).toBeCloseTo(28.29541, 5);
  expect(exif?.taken_at).toBe("2026-11-22T07:55:30+08:00");
  const turned = await readExif(bytesOf(`${samples}/sample-6-illegal-building-rotated.jpg`));
  expect(turned).toMatchObject({ orientation: 6, taken_at: "2026-11-20T14:27:58" });
});

/** Rows of a CSV whose cells may be quoted. */
function rows(path: string): Record<string, string>[] {
  const lines = readFileSync(path, "utf8").trim().split("\n").map(cells);
  const [head = [], ...body] = lines;
  return body.map((line) => Object.fromEntries(head.map((name, at) => [name, line[at] ?? ""])));
}

const cells = (line: string): string[] =>
  [...line.trim().matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((hit) =>
    (hit[1] ?? "").replace(/^"|"$/g, ""),
  );

// Other people's photos lie beside the repository, where they are at all.
describe.skipIf(!existsSync(`${shared}/data/photos_manifest.csv`))(
  "photos of real phones and cameras",
  () => {
    const manifest = () => rows(`${shared}/data/photos_manifest.csv`);

    test("position, time and orientation are those of the manifest", async () => {
      const differ: string[] = [];
      for (const row of manifest()) {
        const path = `${shared}/data/${row.set}/${row.file}`;
        const nowhere = Number(row.lat) === 0 && Number(row.lon) === 0;
        // 0,0 is no place, and AVIF is none of the formats that a report takes.
        if (!existsSync(path) || !row.lat || nowhere || path.endsWith(".avif")) continue;
        const exif = await readExif(bytesOf(path));
        const near = (a: number | null | undefined, b: string | undefined) =>
          a != null && Math.abs(a - Number(b)) < 0.00002;
        // HEIC is turned by a box of its own; its EXIF tag is only a remark, and here readers disagree on one file.
        const orientation = /heic$/i.test(path) ? 0 : Number(row.orientation_raw);
        if (orientation >= 1 && orientation <= 8 && exif?.orientation !== orientation) {
          differ.push(`${row.file}: orientation ${exif?.orientation} instead of ${orientation}`);
        }
        const local = exif?.taken_at?.slice(0, 19) ?? "";
        if (
          row.taken &&
          local.replace("T", " ") !==
            row.taken
              .replace(/^(\d+):(\d+):/, "$1-$2-")
              .slice(0, 19)
              .replace("T", " ")
        ) {
          differ.push(`${row.file}: taken ${local} instead of ${row.taken}`);
        }
        if (!near(exif?.lat, row.lat) || !near(exif?.lon, row.lon)) {
          differ.push(`${row.file}: ${exif?.lat},${exif?.lon} instead of ${row.lat},${row.lon}`);
        }
      }
      expect(differ).toEqual([]);
    });

    test("photos with odd GPS tags give a whole position or none, never a number that is none", async () => {
      for (const file of readdirSync(`${shared}/data/photos_oddgps`)) {
        const exif = await readExif(bytesOf(`${shared}/data/photos_oddgps/${file}`));
        const { lon = null, lat = null } = exif ?? {};
        expect([file, lon === null, lat === null]).toEqual([file, lat === null, lon === null]);
        if (lon !== null && lat !== null) {
          expect([file, Number.isFinite(lon + lat), lon === 0 && lat === 0]).toEqual([file, true, false]);
        }
      }
    });

    test("hostile files end in facts or in none, never in an error", async () => {
      for (const file of readdirSync(`${shared}/data/hostile`)) {
        const bytes = bytesOf(`${shared}/data/hostile/${file}`);
        readHeader(new Uint8Array(bytes));
        await readExif(bytes);
      }
    });
  },
);
