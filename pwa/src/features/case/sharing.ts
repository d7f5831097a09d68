import type { CaseCard, Point } from "../../api/types";
import { nameOf } from "../../state/district";

const digits = ({ lon, lat }: Point) => ({ lon: lon.toFixed(6), lat: lat.toFixed(6) });

/** A point as people read it to each other: latitude first. */
export const spoken = (place: Point): string => `${digits(place).lat}, ${digits(place).lon}`;

/**
 * The text for a work group: number, class, place and link. Nothing about who reported or who works on it, and the
 * link opens only for somebody who is signed in.
 */
export function groupText(card: CaseCard, origin: string): string {
  const head = [card.number, card.category && nameOf(card.category)].filter(Boolean).join(" ");
  const place = [card.place_text, card.place && `(${spoken(card.place)})`].filter(Boolean).join(" ");
  return [head, place, `${origin}/case/${card.id}`].filter(Boolean).join("\n");
}

export interface MapApp {
  key: "phone" | "amap";
  href: string;
}

/** Ways to a map program. They get a point and nothing else: no class, no number, no words. */
export function mapApps(place: Point, apple: boolean): MapApp[] {
  const { lon, lat } = digits(place);
  return [
    {
      key: "phone",
      href: apple ? `https://maps.apple.com/?daddr=${lat},${lon}` : `geo:${lat},${lon}?q=${lat}%2C${lon}`,
    },
    {
      key: "amap",
      href: `https://uri.amap.com/marker?position=${lon},${lat}&coordinate=wgs84&callnative=1&src=xuncheng`,
    },
  ];
}

/** Puts text on the clipboard; false where the browser does not allow it (plain http, old web views). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.position = "fixed";
  area.style.opacity = "0";
  // Inside an open dialog only its own content can be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
  }
}
