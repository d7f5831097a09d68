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

/** Makes the typed error from a problem+json body, whatever shape it really has. */
export function problem(status: number, body: unknown, retryAfter: string | null): ApiError {
  const facts = body && typeof body === "object" ? (body as Record<string, unknown>) : {};
  const code = typeof facts.code === "string" ? facts.code : `http_${status}`;
  const detail = typeof facts.detail === "string" ? facts.detail : "";
  return new ApiError(status, code, detail, facts, seconds(retryAfter));
}

/** Retry-After in seconds; the header also allows a date. */
export function seconds(header: string | null): number | null {
  if (!header) return null;
  const number = Number(header);
  if (Number.isFinite(number)) return Math.max(0, number);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}
