"""Errors: each names the rule that broke and carries its status. Plain Python; problems.py answers with them."""

from typing import Any, ClassVar

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
