import type { CaseCard, Point } from "../../api/types";
import { metresBetween } from "../../geo";

export const FILTERS = ["all", "today", "overdue", "near"] as const;
export type Filter = (typeof FILTERS)[number];

export interface Row {
  card: CaseCard;
  /** from the phone, when both places are known */
  metres: number | null;
}

/** The list in due order, each with its distance from `here`. */
export const rowsOf = (cards: CaseCard[], here: Point | null): Row[] =>
  cards.map((card) => ({ card, metres: here && card.place ? metresBetween(here, card.place) : null }));

export const isOverdue = (card: CaseCard, now: number): boolean =>
  card.due_at !== null && Date.parse(card.due_at) < now;

/** Due before the day of `now` ends on this phone's clock; what is overdue has to be done today, too. */
export function isForToday(card: CaseCard, now: number): boolean {
  return card.due_at !== null && Date.parse(card.due_at) <= new Date(now).setHours(23, 59, 59, 999);
}

/** What `filter` leaves. "near" leaves all, the nearest first; those without a place come last. */
export function filtered(rows: Row[], filter: Filter, now: number): Row[] {
  switch (filter) {
    case "all":
      return rows;
    case "today":
      return rows.filter(({ card }) => isForToday(card, now));
    case "overdue":
      return rows.filter(({ card }) => isOverdue(card, now));
    case "near":
      return [...rows].sort(
        (a, b) => (a.metres ?? Number.POSITIVE_INFINITY) - (b.metres ?? Number.POSITIVE_INFINITY),
      );
  }
}
