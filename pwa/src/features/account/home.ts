import { hasRole } from "../../state/session";

/** Where a person lands after signing in: at the work, if there is some. */
export function homeOf(next: unknown): string {
  if (typeof next === "string" && next.startsWith("/") && !next.startsWith("//")) return next;
  if (hasRole("operator", "administrator")) return "/desk";
  return hasRole("squad_member", "squad_leader") ? "/tasks" : "/";
}
