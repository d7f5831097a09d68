declare module "exifr/dist/lite.esm.mjs" {
  export function parse(
    bytes: ArrayBuffer,
    options: { gps: boolean; reviveValues: boolean; translateValues: boolean },
  ): Promise<Record<string, unknown> | undefined>;
}
