"""Jobs, enqueued in the caller's transaction: after a rollback there is no job, after a commit exactly one."""

import json
from datetime import timedelta
from typing import Any

from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy.ext.asyncio import AsyncSession


async def enqueue(
    session: AsyncSession,
    name: str,
    payload: dict[str, Any],
    *,
    dedupe_key: str | None = None,
    after: timedelta | None = None,
) -> None:
    """Put a job for the worker into this session's transaction. `payload` holds ids, not data.

    The session must have run a statement already: SQLAlchemy begins the driver's transaction at its first one, and
    an enqueue before that would commit by itself. A `dedupe_key` that still waits in the queue makes this a no-op.
    """
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None and driver.is_in_transaction(), "a job needs the caller's transaction"
    queries = Queries(AsyncpgDriver(driver))
    await queries.enqueue(
        name, json.dumps(payload).encode(), 0, execute_after=after, dedupe_key=dedupe_key, on_conflict="skip"
    )


def payload_of(raw: bytes | None) -> dict[str, Any]:
    """What `enqueue` was given."""
    value = json.loads(raw or b"{}")
    assert isinstance(value, dict)
    return value
