import { has, t } from "../i18n";
import { ApiError } from "./problem";

export { ApiError };

/** No usable answer came: no network, a time-out, or somebody else's page (a Wi-Fi that wants a sign-in). */
export class NetworkError extends Error {
  constructor(readonly kind: "offline" | "timeout" | "portal") {
    super(kind);
    this.name = "NetworkError";
  }
}

/** What went wrong and what to do next, in the reader's language. The server's own words stand in for unknown codes. */
export function explain(error: unknown): string {
  if (error instanceof NetworkError) return t(`problem.${error.kind}`);
  if (error instanceof ApiError) {
    const key = `problem.${error.code}`;
    if (has(key)) return t(key);
    return error.detail || t("problem.unknown");
  }
  return t("problem.unknown");
}
