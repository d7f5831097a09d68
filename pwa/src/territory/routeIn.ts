import type { Point } from "../api/types";
import type { Area, AreaRule } from "./area";

/** Who gets what happens at a point, as far as this phone can tell. */
export interface RoutedHere {
  cell: string;
  community: { code: string; name: string };
  street: { code: string; name: string };
  squad: { code: string; name: string };
  /** the rule that decided; null: none did, the district's fallback squad gets it */
  rule: AreaRule | null;
}

type Ring = [number, number][];

interface Shape {
  code: string;
  community: string;
  box: [west: number, south: number, east: number, north: number];
  rings: Ring[];
}

const RANK = { cells: 1, community: 2, street: 3, district: 4 } as const;

/**
 * The server's routing (backend/territory/route.py) for the cells that are kept on this phone: the lowest code whose
 * cell covers the point, then the first rule by priority, area, class, date and code. `day` is the district's local
 * day, yyyy-mm-dd. Null: the point is in none of these cells, only the server can tell.
 */
export class LocalRoutes {
  private readonly shapes: Shape[];
  private readonly communities: Map<string, Area["communities"][number]>;
  private readonly squads: Map<string, string>;
  private readonly rules: (AreaRule & { inCells: Set<string> | null })[];

  constructor(private readonly area: Area) {
    this.shapes = [...area.cells]
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ code, community, rings }) => shapeOf(area, code, community, rings));
    this.communities = new Map(area.communities.map((row) => [row.code, row]));
    this.squads = new Map(area.squads.map(({ code, name }) => [code, name]));
    this.rules = area.rules
      .map((rule) => ({ ...rule, inCells: rule.cells ? new Set(rule.cells) : null }))
      .sort(before);
  }

  at({ lon, lat }: Point, category: string | null, day: string): RoutedHere | null {
    const cell = this.shapes.find((shape) => covers(shape, lon, lat));
    const community = cell && this.communities.get(cell.community);
    if (!cell || !community) return null;
    const rule = this.rules.find(
      (row) =>
        row.valid_from <= day &&
        (row.valid_to === null || row.valid_to >= day) &&
        (category ?? "").startsWith(row.class_prefix) &&
        holdsIn(row, cell.code, community, day),
    );
    const squad = rule?.squad ?? this.area.fallback_squad;
    return {
      cell: cell.code,
      community: { code: community.code, name: community.name },
      street: { code: community.street, name: community.street_name },
      squad: { code: squad, name: this.squads.get(squad) ?? squad },
      rule: rule ?? null,
    };
  }
}

function holdsIn(
  rule: AreaRule & { inCells: Set<string> | null },
  cell: string,
  community: Area["communities"][number],
  day: string,
): boolean {
  switch (rule.area_kind) {
    case "district":
      return true;
    case "street":
      return rule.area_code === community.street;
    case "community":
      return rule.area_code === community.code;
    case "cells":
      return (
        rule.inCells?.has(cell) === true &&
        rule.cells_from !== null &&
        rule.cells_from <= day &&
        (rule.cells_to === null || rule.cells_to >= day)
      );
  }
}

function before(a: AreaRule, b: AreaRule): number {
  return (
    b.priority - a.priority ||
    RANK[a.area_kind] - RANK[b.area_kind] ||
    b.class_prefix.length - a.class_prefix.length ||
    (a.valid_from === b.valid_from ? (a.code < b.code ? -1 : 1) : a.valid_from > b.valid_from ? -1 : 1)
  );
}

function shapeOf({ corners }: Area, code: string, community: string, rings: number[][]): Shape {
  const at = (index: number): [number, number] => [
    corners[2 * index] as number,
    corners[2 * index + 1] as number,
  ];
  const drawn = rings.map((ring) => ring.map(at));
  const outer = drawn[0] ?? [];
  const [lons, lats] = [outer.map(([lon]) => lon), outer.map(([, lat]) => lat)];
  return {
    code,
    community,
    box: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
    rings: drawn,
  };
}

/** As ST_Covers: the edge belongs to it, a hole does not. */
function covers({ box, rings: [outer, ...holes] }: Shape, lon: number, lat: number): boolean {
  if (lon < box[0] || lon > box[2] || lat < box[1] || lat > box[3] || !outer) return false;
  return where(outer, lon, lat) !== "outside" && holes.every((hole) => where(hole, lon, lat) !== "inside");
}

/** By the number of edges that a ray to the east crosses. */
function where(ring: Ring, lon: number, lat: number): "inside" | "edge" | "outside" {
  let inside = false;
  for (let n = 0; n < ring.length; n++) {
    const [ax, ay] = ring[n] as [number, number];
    const [bx, by] = ring[(n + 1) % ring.length] as [number, number];
    const turn = (bx - ax) * (lat - ay) - (by - ay) * (lon - ax);
    const between =
      lon >= Math.min(ax, bx) &&
      lon <= Math.max(ax, bx) &&
      lat >= Math.min(ay, by) &&
      lat <= Math.max(ay, by);
    if (turn === 0 && between) return "edge";
    if (ay > lat !== by > lat && turn > 0 === by > ay) inside = !inside;
  }
  return inside ? "inside" : "outside";
}
