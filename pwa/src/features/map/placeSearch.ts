import type { Places, Point } from "../../api/types";

/** A street (its centre) or a community as a row to choose. */
export interface PlaceRow {
  code: string;
  name: string;
  street: string;
  /** the street itself, not one of its communities */
  whole: boolean;
  point: Point;
}

/**
 * Streets and communities whose name contains `text`; a street that fits brings all of its communities. Without text:
 * all, in the order of codes. Those without a point cannot be chosen and are left out.
 */
export function findPlaces(places: Places, text: string): PlaceRow[] {
  const wanted = text.trim();
  const rows: PlaceRow[] = [];
  for (const street of places.streets) {
    const streetFits = street.name.includes(wanted);
    if (streetFits && street.lon !== null && street.lat !== null) {
      const point = { lon: street.lon, lat: street.lat };
      rows.push({ code: street.code, name: street.name, street: street.name, whole: true, point });
    }
    for (const row of street.communities) {
      if (row.lon === null || row.lat === null || !(streetFits || row.name.includes(wanted))) continue;
      const point = { lon: row.lon, lat: row.lat };
      rows.push({ code: row.code, name: row.name, street: street.name, whole: false, point });
    }
  }
  return rows;
}
