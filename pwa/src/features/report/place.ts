import type { Places, Point } from "../../api/types";
import { poorness } from "../../camera/bestFix";
import { metresBetween } from "../../geo";
import type { Draft, Exif, Fix } from "../../outbox";

const LIVE_S = 120;

export interface NearPlace {
  code: string;
  name: string;
  street: string;
  point: Point;
  /** from the asking point */
  metres: number;
}

/** Communities by distance from a point, nearest first. */
export function communitiesNear(places: Places | null, from: Point): NearPlace[] {
  const all = (places?.streets ?? []).flatMap((street) =>
    street.communities.flatMap((row) => {
      if (row.lon === null || row.lat === null) return [];
      const point = { lon: row.lon, lat: row.lat };
      return [
        { code: row.code, name: row.name, street: street.name, point, metres: metresBetween(from, point) },
      ];
    }),
  );
  return all.sort((a, b) => a.metres - b.metres);
}

export type Placed =
  | { from: "pin"; name: string; point: Point }
  | { from: "fix"; fix: Fix; point: Point; poor: "bad" | "stale" | null }
  | { from: "photo"; point: Point }
  | { from: "none" };

interface Shot {
  exif: Exif | null;
  taken_at: string | null;
}

/**
 * Which position the report will be routed by, said in advance; the server decides by the same rule: a pin set by
 * hand, the phone's fix if taken within two minutes of a live photo, the photo's own position, none.
 */
export function placeOf(draft: Draft, photos: readonly Shot[]): Placed {
  const pin = draft.report?.pin;
  if (pin) return { from: "pin", name: pin.name, point: pin };
  const { fix } = draft;
  if (fix && Math.abs(fix.age_s ?? 0) <= LIVE_S && isLive(photos, Date.parse(draft.captured_at))) {
    return { from: "fix", fix, point: fix, poor: poorness(fix) };
  }
  for (const { exif } of photos) {
    if (exif?.lon != null && exif.lat != null) {
      return { from: "photo", point: { lon: exif.lon, lat: exif.lat } };
    }
  }
  return { from: "none" };
}

function isLive(photos: readonly Shot[], captured: number): boolean {
  const times = photos.flatMap(({ taken_at }) => (taken_at ? [Date.parse(taken_at)] : []));
  return times.length === 0 || times.some((at) => Math.abs(at - captured) <= LIVE_S * 1000);
}
