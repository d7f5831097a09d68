import type { CaseCard, Point } from "../../api/types";
import type { Area } from "../../territory/area";
import { isOverdue } from "./filters";

/** Metres east and south of the area's north-west corner: what an SVG is drawn in. */
export interface Flat {
  x: number;
  y: number;
}

export interface Drawing {
  flat: (point: Point) => Flat;
  /** metres */
  width: number;
  height: number;
  /** all cells as one SVG path */
  cells: string;
}

const METRES_PER_DEGREE = 111_195;

/** The cells of an area as a light map: no tiles, no network. Null when there is nothing to draw. */
export function drawingOf(area: Pick<Area, "corners" | "cells">, more: readonly Point[]): Drawing | null {
  const corners: Point[] = [];
  for (let n = 0; n + 1 < area.corners.length; n += 2) {
    corners.push({ lon: area.corners[n] as number, lat: area.corners[n + 1] as number });
  }
  // The area frames the map; without one the cases themselves do.
  const framed = corners.length > 0 ? corners : more;
  if (framed.length === 0) return null;
  const lons = framed.map(({ lon }) => lon);
  const lats = framed.map(({ lat }) => lat);
  const [west, east] = [min(lons), max(lons)];
  const [south, north] = [min(lats), max(lats)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const flat = ({ lon, lat }: Point): Flat => ({
    x: (lon - west) * METRES_PER_DEGREE * narrow,
    y: (north - lat) * METRES_PER_DEGREE,
  });
  const end = flat({ lon: east, lat: south });
  const drawn = corners.map(flat);
  const cells = area.cells
    .flatMap(({ rings }) => rings)
    .map((ring) => `M${ring.map((n) => at(drawn[n] as Flat)).join("L")}Z`)
    .join("");
  return { flat, width: Math.max(end.x, 200), height: Math.max(end.y, 200), cells };
}

const at = ({ x, y }: Flat) => `${x.toFixed(1)} ${y.toFixed(1)}`;
// Math.min(...) of tens of thousands of arguments overflows the stack of an old phone.
const min = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const max = (values: number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

export type Sign = "overdue" | "waiting" | "handling" | "answered";

/** How a case stands, as a shape of its own: never by colour alone. */
export function signOf(card: CaseCard, now: number): Sign {
  if (card.state === "responded" || card.state === "verifying") return "answered";
  if (isOverdue(card, now)) return "overdue";
  return card.state === "accepted" || card.state === "in_progress" ? "handling" : "waiting";
}

export interface Mark extends Flat {
  cards: CaseCard[];
  sign: Sign;
}

const RANK: Sign[] = ["overdue", "waiting", "handling", "answered"];

/** Cases nearer to each other than `apart` (metres) become one mark with their number; the most urgent gives its sign. */
export function marksOf(cards: readonly CaseCard[], drawing: Drawing, apart: number, now: number): Mark[] {
  const marks: Mark[] = [];
  for (const card of cards) {
    if (!card.place) continue;
    const spot = drawing.flat(card.place);
    const near = marks.find((mark) => Math.hypot(mark.x - spot.x, mark.y - spot.y) < apart);
    const sign = signOf(card, now);
    if (!near) marks.push({ ...spot, cards: [card], sign });
    else {
      near.cards.push(card);
      if (RANK.indexOf(sign) < RANK.indexOf(near.sign)) near.sign = sign;
    }
  }
  return marks;
}
