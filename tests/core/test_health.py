"""/health/ready is red while the database, the store or the disk cannot take a report, and says when to ask again."""

import shutil
from pathlib import Path

import httpx
from litestar import Litestar

from backend.core.db import make_engine, make_sessions
from backend.main import create_app
from backend.settings import Limits
from tests.conftest import make_settings
from tests.identity.people import browser


async def ready(app: Litestar) -> httpx.Response:
    async with browser(app) as client:
        assert (await client.get("/health/live")).status_code == 200
        return await client.get("/health/ready")


async def is_red(app: Litestar) -> bool:
    answer = await ready(app)
    return (answer.status_code, answer.json()["code"], "retry-after" in answer.headers) == (503, "not_ready", True)


async def test_all_is_well(app: Litestar) -> None:
    assert (await ready(app)).json() == {"status": "ready"}


async def test_the_store_is_gone(app: Litestar, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "store")
    assert await is_red(app)


async def test_the_disk_is_full(app: Litestar, database_url: str, tmp_path: Path) -> None:
    full = make_settings(database_url, tmp_path, limits=Limits(free_disk_bytes=2**62))
    assert await is_red(create_app(full, sessions=app.state.sessions))


async def test_the_database_is_gone(tmp_path: Path) -> None:
    settings = make_settings("postgresql://nobody@127.0.0.1:1/none", tmp_path)
    engine = make_engine(settings)
    try:
        assert await is_red(create_app(settings, sessions=make_sessions(engine, settings.schema)))
    finally:
        await engine.dispose()
