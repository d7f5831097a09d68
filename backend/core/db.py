"""The engine and the session at the edge. Nobody commits but this file and the worker."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from backend.core.faults import takes_in
from backend.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


def async_url(database_url: str) -> URL:
    """A plain postgresql:// URL as SQLAlchemy's asyncpg URL."""
    return make_url(database_url).set(drivername="postgresql+asyncpg")


def make_engine(settings: Settings) -> AsyncEngine:
    """An engine whose connections see one district: its schema first, then public for PostGIS.

    The pool is small and does not overflow: requests wait for a connection here rather than for each other in
    PostgreSQL (32 phones at once: p95 of a creation 367 -> 167 ms on two cores).
    """
    search_path = f"{settings.schema}, public"
    return create_async_engine(
        async_url(settings.database_url),
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            # Compiling the routing statement for one row costs 70 ms at a million cells; running it, 0.3 ms.
            # Every statement is written for one plan, whatever its values: planning a list anew each time costs more
            # than running it.
            "server_settings": {
                "search_path": search_path,
                "application_name": "xuncheng",
                "jit": "off",
                "plan_cache_mode": "force_generic_plan",
            },
            "timeout": 10,
        },
    )


def make_sessions(engine: AsyncEngine, schema: str) -> Sessions:
    """Sessions that know their district (`session.info["schema"]`), the key of anything cached."""
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False, info={"schema": schema})


def make_reading_sessions(engine: AsyncEngine, schema: str) -> Sessions:
    """Sessions without transactions, for requests that only look: each statement sees the newest state anyway (READ
    COMMITTED), and two round trips less are a tenth of a list."""
    return make_sessions(engine.execution_options(isolation_level="AUTOCOMMIT"), schema)


async def provide_session(
    request: Request[Any, Any, Any], state: State, settings: NamedDependency[Settings]
) -> AsyncGenerator[AsyncSession, None]:
    """One transaction per request: it commits when the handler has returned, before the answer is sent.

    A GET has none: what it writes (when a session was last seen) is one statement, and durable by itself.

    `settings` come first in the chain of dependencies (see main.py).

    advanced-alchemy's autocommit handler swallows a failed commit (architecture.md §4), so we do not use it.
    """
    sessions: Sessions = state.reading if request.method in ("GET", "HEAD") else state.sessions
    async with sessions() as session, session.begin():
        yield session
    if takes_in(request.method, request.scope["path"]):
        await state.faults("after_commit")


class Transactions:
    """Short transactions for a request that must not hold a connection while a phone sends slowly.

    `async with transactions() as session:` commits at the end of the block and rolls back on an exception.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session, session.begin():
            yield session


async def provide_transactions(state: State) -> Transactions:
    return Transactions(state.sessions)
