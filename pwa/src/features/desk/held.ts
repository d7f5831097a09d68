import type { HeldReport, Point } from "../../api/types";
import { has, t } from "../../i18n";
import { classByCode, nameOf } from "../../state/district";
import { clock } from "../../ui/time";
import { pointText } from "../map/coordinates";

export interface HeldFact {
  /** text key `desk.held_…` */
  key: "category" | "place" | "text" | "taken" | "photos";
  /** null: the phone did not send it */
  text: string | null;
}

export const reasonOf = ({ reason }: HeldReport): string =>
  has(`desk.held_reason_${reason}`) ? t(`desk.held_reason_${reason}`) : reason;

/** What can be made out of a payload whose shape nobody vouches for; what is not as expected is shown as it came. */
export function heldFacts({ payload, photos }: HeldReport, now: number): HeldFact[] {
  const sent = isRecord(payload) ? payload : {};
  return [
    { key: "category", text: categoryText(sent.category) },
    { key: "place", text: placeText(sent.location) },
    { key: "text", text: plain(sent.description) },
    { key: "taken", text: timeText(sent.captured_at_device, now) },
    { key: "photos", text: String(photos.length) },
  ];
}

/** The class that was sent, if the catalogue has it. */
export function sentClass({ payload }: HeldReport): string | null {
  const code = isRecord(payload) ? payload.category : null;
  return typeof code === "string" && classByCode(code) ? code : null;
}

/** The place that was sent, if it is one. */
export function sentPlace({ payload }: HeldReport): Point | null {
  const place = isRecord(payload) && isRecord(payload.location) ? payload.location : {};
  const { lon, lat } = place;
  const whole = typeof lon === "number" && typeof lat === "number";
  return whole && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

export function sentText({ payload }: HeldReport): string {
  const text = isRecord(payload) ? payload.description : "";
  return typeof text === "string" ? text : "";
}

function categoryText(code: unknown): string | null {
  const known = typeof code === "string" ? classByCode(code) : null;
  return known ? nameOf(known) : plain(code);
}

function placeText(location: unknown): string | null {
  if (!isRecord(location)) return plain(location);
  const { lon, lat } = location;
  return typeof lon === "number" && typeof lat === "number" ? pointText({ lon, lat }) : plain(location);
}

function timeText(at: unknown, now: number): string | null {
  return typeof at === "string" && !Number.isNaN(Date.parse(at)) ? clock(at, now) : plain(at);
}

function plain(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
