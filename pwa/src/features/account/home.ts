import { DESK, SQUAD } from "../../state/posts";
import { hasRole } from "../../state/session";

/** Where a person lands after signing in: at the work, if there is some. */
export function homeOf(next: unknown): string {
  if (typeof next === "string" && next.startsWith("/") && !next.startsWith("//")) return next;
  if (hasRole(...DESK)) return "/desk";
  return hasRole(...SQUAD) ? "/tasks" : "/";
}
