declare module "exifr/dist/lite.esm.mjs" {
  export function parse(
    bytes: ArrayBuffer,
    options: { pick: string[]; reviveValues: boolean; translateValues: boolean },
  ): Promise<Record<string, unknown> | undefined>;
}
