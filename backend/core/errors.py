"""Errors as problem+json (RFC 9457): each names the rule that broke and carries its status."""

import errno
from typing import Any, ClassVar

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

log = structlog.get_logger()

RETRY_SECONDS = 5


class DomainError(Exception):
    """A rule of ours was broken. Subclasses stand beside the code that raises them and set `status` and `code`.

    `detail` is one English sentence for programs and logs; the interface translates `code`. `facts` are added to
    the answer's JSON as they are; `headers` to its header.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(self, detail: str = "", *, headers: dict[str, str] | None = None, **facts: Any) -> None:
        super().__init__(detail or self.code)
        self.detail = detail or (self.__doc__ or self.code).strip().splitlines()[0]
        self.headers = headers or {}
        self.facts = facts


class SignIn(DomainError):
    """Sign in first."""

    status, code = 401, "sign_in"


class Forbidden(DomainError):
    """You may not do this."""

    status, code = 403, "forbidden"


class NotFound(DomainError):
    """There is nothing here for you."""

    status, code = 404, "not_found"


class TooMany(DomainError):
    """Too many requests: wait and send again."""

    status, code = 429, "too_many"

    def __init__(self, detail: str = "", *, retry_after: int, **facts: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, retry_after=retry_after, **facts)


class NotReady(DomainError):
    """The server cannot take this now; nothing was stored. Send it again later."""

    status, code = 503, "not_ready"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_SECONDS)}, **facts)


class NoSpace(DomainError):
    """The server's disk is full; nothing was stored. Send it again later."""

    status, code = 507, "no_space"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail, headers={"Retry-After": "60"}, **facts)


def problem(status: int, code: str, detail: str, headers: dict[str, str] | None = None, **facts: Any) -> Response[dict[str, Any]]:
    """Answer with a problem without raising it, so that what the handler wrote is committed."""
    body = {"type": f"urn:xuncheng:{code}", "code": code, "status": status, "detail": detail, **facts}
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers or {})


def on_domain_error(_: Request[Any, Any, Any], error: DomainError) -> Response[dict[str, Any]]:
    return problem(error.status, error.code, error.detail, error.headers, **error.facts)


FRAMEWORK_CODES = {400: "bad_request", 401: "sign_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "too_many"}


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """Litestar's own errors (no such route, failed validation, body too large) in the same shape as ours."""
    code = FRAMEWORK_CODES.get(error.status_code, "error")
    facts: dict[str, Any] = {}
    if error.status_code == 400 and isinstance(error.extra, list):
        code, facts = "invalid", {"fields": [{"field": row.get("key"), "message": row.get("message")} for row in error.extra if isinstance(row, dict)]}
    headers = {key: value for key, value in (error.headers or {}).items() if key.lower() in {"retry-after", "allow"}}
    return problem(error.status_code, code, str(error.detail), headers, **facts)


def on_database_error(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A lost or refused database connection is 503 with Retry-After; anything else is our bug: 500."""
    lost = isinstance(error, (InterfaceError, OperationalError, PoolTimeout, ConnectionError)) or (
        isinstance(error, DBAPIError) and (error.connection_invalidated or _sqlstate(error) in LOST_STATES)
    )
    if not lost:
        return on_unexpected(request, error)
    log.warning("database_unavailable", path=request.url.path, error=str(error).splitlines()[0][:200])
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


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.error("unexpected", path=request.url.path, method=request.method, exc_info=error)
    return problem(500, "internal", "Something broke on our side. Nothing was acknowledged.")


EXCEPTION_HANDLERS: dict[Any, Any] = {
    DomainError: on_domain_error,
    HTTPException: on_http_error,
    DBAPIError: on_database_error,
    PoolTimeout: on_database_error,
    OSError: on_os_error,
    Exception: on_unexpected,
}

__all__ = ["EXCEPTION_HANDLERS", "DomainError", "Forbidden", "NoSpace", "NotFound", "NotReady", "SignIn", "TooMany", "problem"]
