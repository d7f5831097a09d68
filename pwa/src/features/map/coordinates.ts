import type { Point } from "../../api/types";

/**
 * A position as people type or paste it: "112.82, 28.353", "112.82，28.353", "112.82 28.353" (longitude, latitude;
 * WGS-84 degrees). With `bounds` (west, south, east, north) a pair written the other way round is understood, when only
 * that way lies inside. Null: not a position.
 */
export function parsePoint(text: string, bounds?: readonly number[] | null): Point | null {
  const numbers = text
    .trim()
    .split(/[\s,，;；、]+/)
    .map(Number);
  const [a, b] = numbers;
  if (numbers.length !== 2 || a === undefined || b === undefined) return null;
  const point = valid(a, b);
  const turned = valid(b, a);
  if (bounds && turned && inside(turned, bounds) && !(point && inside(point, bounds))) return turned;
  return point;
}

function valid(lon: number, lat: number): Point | null {
  const fits = Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  return fits ? { lon, lat } : null;
}

function inside({ lon, lat }: Point, [west = 0, south = 0, east = 0, north = 0]: readonly number[]): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** As it is typed: six decimals are 0.1 m. */
export const pointText = ({ lon, lat }: Point): string => `${round6(lon)}, ${round6(lat)}`;

export const round6 = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
