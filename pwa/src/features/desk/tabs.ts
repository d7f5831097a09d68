import type { Role } from "../../api/types";
import { DECIDERS, DESK, INTAKE } from "../../state/posts";

export const TABS = ["inbox", "decisions", "checks", "held", "cases"] as const;
export type Tab = (typeof TABS)[number];
export type CaseList = Exclude<Tab, "held">;

/** Whose list each is: the server gives it to nobody else. */
const FOR: Record<Tab, readonly Role[]> = {
  inbox: INTAKE,
  decisions: DECIDERS,
  checks: INTAKE,
  held: INTAKE,
  cases: DESK,
};

export const tabsFor = (roles: readonly Role[]): Tab[] =>
  TABS.filter((tab) => roles.some((role) => FOR[tab].includes(role)));

export const PATHS: Record<CaseList, string> = {
  inbox: "/inbox",
  decisions: "/decisions",
  checks: "/checks",
  cases: "/cases",
};

/** Lists of what waits: what is decided leaves them, and the next is shown. */
export const isWaiting = (list: CaseList): boolean => list !== "cases";
