import type { Role } from "../api/types";

/** Who works where, by posts; the server's own sets have the same names (backend/core/roles.py). */

/** Those who put things right: a unit's workers, its certified officers, its auxiliaries, its head. */
export const SQUAD: readonly Role[] = ["squad_member", "officer", "auxiliary", "squad_leader"];

/** Those who work outside, with a phone. */
export const FIELD: readonly Role[] = ["inspector", ...SQUAD];

/** Those who order a verification, file or refuse: the supervision centre. */
export const INTAKE: readonly Role[] = ["operator", "shift_leader", "administrator"];

/** Those who answer what squads ask for and hand back. */
export const DECIDERS: readonly Role[] = ["dispatcher", "shift_leader", "leader", "administrator"];

/** Everybody at the desk. */
export const DESK: readonly Role[] = [
  "operator",
  "dispatcher",
  "shift_leader",
  "superintendent",
  "leader",
  "administrator",
];

export const isOfSquad = (role: string): boolean => SQUAD.some((known) => known === role);
