"""The engine and the session at the edge. Nobody commits but this file and the worker."""

from collections.abc import AsyncGenerator

from litestar.datastructures import State
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from backend.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


def async_url(database_url: str) -> URL:
    """A plain postgresql:// URL as SQLAlchemy's asyncpg URL."""
    return make_url(database_url).set(drivername="postgresql+asyncpg")


def make_engine(settings: Settings) -> AsyncEngine:
    """An engine whose connections see one district: its schema first, then public for PostGIS."""
    return create_async_engine(
        async_url(settings.database_url),
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        pool_timeout=10,
        pool_pre_ping=False,
        connect_args={
            "server_settings": {"search_path": f"{settings.schema}, public", "application_name": "xuncheng"},
            "timeout": 10,
        },
    )


def make_sessions(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


async def provide_session(state: State) -> AsyncGenerator[AsyncSession, None]:
    """One transaction per request: it commits when the handler has returned, before the answer is sent.

    advanced-alchemy's autocommit handler swallows a failed commit (architecture.md §4), so we do not use it.
    """
    sessions: Sessions = state.sessions
    async with sessions() as session, session.begin():
        yield session
