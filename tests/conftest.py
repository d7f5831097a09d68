"""A real PostGIS for every test: one throwaway cluster, the real migrations once, one rolled-back transaction each."""

import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from backend.core.db import Sessions, make_engine
from backend.core.logs import set_up_logs
from backend.core.migrate import migrate
from backend.main import create_app
from backend.settings import Settings
from ops.cluster import Cluster

SCHEMA = "d990101"

set_up_logs(readable=True)
logging.getLogger("httpx").setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The cluster itself, for the few tests that stop or crash it or need a second database."""
    home = Path(tempfile.mkdtemp(prefix="xuncheng-test-", dir="/var/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home / "pg", durable=False)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(cluster: Cluster) -> str:
    """A database made by the real migrations, empty; its district's schema is SCHEMA."""
    migrate(cluster.url, SCHEMA)
    return cluster.url


@pytest.fixture(scope="session")
async def engine(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(make_settings(database_url, tmp_path_factory.mktemp("unused")))
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """The test's one connection, in a transaction that is rolled back whatever happens."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    """Sessions that all share the test's transaction; their commits are savepoints."""
    return async_sessionmaker(
        connection,
        expire_on_commit=False,
        autoflush=False,
        join_transaction_mode="create_savepoint",
    )


@pytest.fixture
async def session(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """The test's own session. What it writes is seen by the app after `await session.commit()`."""
    async with sessions() as session:
        yield session


def make_settings(database_url: str, folder: Path, **changes: object) -> Settings:
    """Settings of a server for tests: photos and spool under `folder`."""
    values: dict[str, object] = {
        "database_url": database_url,
        "schema": SCHEMA,
        "secret": "a secret that only tests know, 40 chars.",
        "store": f"folder:{folder / 'store'}",
        "spool": folder / "spool",
        "demo": True,
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(database_url, tmp_path)


class TickingClock:
    """A clock that tests move: `clock.now`, `clock.forward(hours=1)`."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> TickingClock:
    """A Tuesday, 10:00 in the district."""
    return TickingClock(datetime(2026, 11, 24, 2, 0, tzinfo=UTC))


@pytest.fixture
def app(settings: Settings, sessions: Sessions, clock: TickingClock) -> Litestar:
    return create_app(settings, sessions=sessions, clock=clock)


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on our own pages: it sends X-Client and a same-origin Sec-Fetch-Site."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"X-Client": "test", "Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        yield client


@pytest.fixture(scope="session")
def shared() -> Path:
    """Other people's real photos and data, which stay out of the repository. Skips where they are absent."""
    root = Path(os.environ.get("XUNCHENG_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
    if not root.is_dir():
        pytest.skip("the shared data are not on this machine (set XUNCHENG_SHARED to their folder)")
    return root
