"""Pages by cursor: the cursor is the last row's sort key, opaque to clients."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from backend.core.errors import DomainError

R = TypeVar("R")


class BadCursor(DomainError):
    """The cursor is not one that we gave out: start again without it."""

    status, code = 400, "bad_cursor"


class Page(msgspec.Struct, kw_only=True):
    """What every page of a list has beside its items: `next`, the cursor of the following page or null, and `now`,
    the server's time."""

    next: str | None
    now: datetime


def encode_cursor(*key: str | None) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, parts: int) -> tuple[str | None, ...] | None:
    """The sort key that `encode_cursor` packed, or None for the first page. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor() from error
    if not isinstance(key, list) or len(key) != parts or not all(part is None or isinstance(part, str) for part in key):
        raise BadCursor()
    return tuple(key)


def after(cursor: str | None) -> dict[str, object]:
    """The parameters `after_at` and `after_id` of a (time, id) cursor. Raises BadCursor."""
    key = decode_cursor(cursor, 2)
    if key is None:
        return {"after_at": None, "after_id": None}
    try:
        return {"after_at": datetime.fromisoformat(key[0] or ""), "after_id": UUID(key[1] or "")}
    except ValueError as error:
        raise BadCursor() from error


def cut(rows: Sequence[R], limit: int, key: Callable[[R], tuple[str | None, ...]]) -> tuple[Sequence[R], str | None]:
    """Cut `limit` + 1 fetched rows to a page and the cursor of the next."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor(*key(rows[limit - 1]))
