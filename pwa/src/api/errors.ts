import { has, t } from "../i18n";

/** The server answered with problem+json: `code` names the rule that broke. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly facts: Record<string, unknown> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${code}: ${detail}`);
    this.name = "ApiError";
  }
}

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
