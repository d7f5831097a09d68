"""Errors as problem+json (RFC 9457), the framework's and the database's included."""

import errno
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.core.errors import RETRY_SECONDS, DomainError, NoSpace, NotReady

log = structlog.get_logger()


PASSES = {429: 60, 503: RETRY_SECONDS, 507: 60}
"""Seconds to wait after what passes by itself, where the error does not say better."""


def problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **facts: Any
) -> Response[dict[str, Any]]:
    """Answer with a problem without raising it, so that what the handler wrote is committed.

    Whatever will pass by itself says when to come again: a phone never has to guess.
    """
    headers = dict(headers or {})
    if status in PASSES and not any(name.lower() == "retry-after" for name in headers):
        headers["Retry-After"] = str(PASSES[status])
    body = {"type": f"urn:xuncheng:{code}", "code": code, "status": status, "detail": detail, **facts}
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def on_domain_error(_: Request[Any, Any, Any], error: DomainError) -> Response[dict[str, Any]]:
    return problem(error.status, error.code, error.detail, error.headers, **error.facts)


FRAMEWORK_CODES = {
    400: "bad_request",
    401: "sign_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many",
}


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """Litestar's own errors (no such route, failed validation, body too large) in the same shape as ours."""
    code = FRAMEWORK_CODES.get(error.status_code, "error")
    facts: dict[str, Any] = {}
    if error.status_code == 400 and isinstance(error.extra, list):
        code, facts = (
            "invalid",
            {
                "fields": [
                    {"field": row.get("key"), "message": row.get("message")}
                    for row in error.extra
                    if isinstance(row, dict)
                ]
            },
        )
    headers = {key: value for key, value in (error.headers or {}).items() if key.lower() in {"retry-after", "allow"}}
    return problem(error.status_code, code, str(error.detail), headers, **facts)


def on_database_error(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A lost or refused database connection is 503 with Retry-After; anything else is our bug: 500."""
    lost = isinstance(error, (InterfaceError, OperationalError, PoolTimeout, ConnectionError)) or (
        isinstance(error, DBAPIError) and (error.connection_invalidated or _sqlstate(error) in LOST_STATES)
    )
    if not lost:
        return on_unexpected(request, error)
    log.warning("database_unavailable", path=request.scope["path"], error=str(error).splitlines()[0][:200])
    return on_domain_error(request, NotReady())


# Class 08 is lost connections, 57P0x a server shutting down or starting, 53xxx out of resources, 40001/40P01 retry.
LOST_STATES = {"08000", "08003", "08006", "08001", "57P01", "57P02", "57P03", "53300", "40001", "40P01"}


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def on_os_error(request: Request[Any, Any, Any], error: OSError) -> Response[dict[str, Any]]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return on_domain_error(request, NoSpace())
    if isinstance(error, ConnectionError):
        return on_database_error(request, error)
    return on_unexpected(request, error)


def on_recursion(request: Request[Any, Any, Any], error: RecursionError) -> Response[dict[str, Any]]:
    """JSON nested a thousand deep is not ours; the decoder gives up on it with Python's own error."""
    log.warning("too_deep", path=request.scope["path"])
    return problem(400, "bad_request", "The request is nested too deeply.")


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.error("unexpected", path=request.scope["path"], method=request.method, exc_info=error)
    return problem(500, "internal", "Something broke on our side. Nothing was acknowledged.")


EXCEPTION_HANDLERS: dict[Any, Any] = {
    DomainError: on_domain_error,
    HTTPException: on_http_error,
    DBAPIError: on_database_error,
    PoolTimeout: on_database_error,
    OSError: on_os_error,
    RecursionError: on_recursion,
    Exception: on_unexpected,
}
