"""Health: alive, and ready to take a report."""

from typing import Any

from litestar import Response, Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from sqlalchemy import text

from backend.core.db import Transactions
from backend.core.errors import DomainError, NotReady


@get("/live", operation_id="live")
async def live() -> dict[str, str]:
    """The process answers. Anybody."""
    return {"status": "alive"}


@get("/ready", operation_id="ready")
async def ready(transactions: NamedDependency[Transactions], state: State) -> Response[dict[str, Any]]:
    """Database, store and disk can take a report; else 503. Anybody."""
    try:
        async with transactions() as session:
            await session.execute(text("select 1"))
        await state.check_photos()
    except DomainError as error:
        raise NotReady(error.detail) from error
    return Response({"status": "ready"})


router = Router("/health", route_handlers=[live, ready], tags=["health"])
