"""`xuncheng demo load` on a schema of its own, committed as in earnest."""

import os
import random
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.admin.config import DEMO_PASSWORD
from backend.admin.demo import NotADemo, load_demo, reset_demo
from backend.core import auth
from backend.core.db import make_engine
from backend.core.geo import GeoPoint
from backend.core.roles import Role
from backend.identity.passwords import matches
from backend.settings import Settings
from backend.territory.area import area_of
from backend.territory.route import route
from ops.home import ROOT
from tests.conftest import make_settings

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CASES = 40


def quiet(_: str) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="module")
async def demo(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Settings of a demo that was loaded once."""
    settings = make_settings(database_url, tmp_path_factory.mktemp("demo"), schema="d990199")
    await reset_demo(settings, quiet)
    await load_demo(settings, quiet, NOW, CASES)
    yield settings
    engine = make_engine(settings)
    async with engine.begin() as connection:
        await connection.execute(text("drop schema d990199 cascade"))
    await engine.dispose()


@pytest.fixture
async def there(demo: Settings) -> AsyncIterator[AsyncSession]:
    """A session in the loaded demo whose changes are thrown away."""
    engine: AsyncEngine = make_engine(demo)
    async with AsyncSession(engine) as session:
        yield session
        await session.rollback()
    await engine.dispose()


async def count(session: AsyncSession, what: str) -> int:
    return int((await session.execute(text(f"select count(*) from {what}"))).scalar_one())


async def test_every_report_is_complete_and_every_move_was_applied(there: AsyncSession) -> None:
    assert await count(there, "report where state = 'complete'") == CASES
    assert await count(there, "case_move where state <> 'applied'") == 0
    assert await count(there, "photo where slot <> 'stored'") == 0
    assert await count(there, "pgqueuer where entrypoint = 'photo.derive'") == await count(there, "photo")


async def test_no_screen_is_empty(there: AsyncSession) -> None:
    states = (await there.execute(text("select distinct state from cases"))).scalars().all()
    assert set(states) >= {"submitted", "dispatched", "accepted", "responded", "closed", "refused"}


async def test_the_past_is_as_it_would_have_been(there: AsyncSession) -> None:
    assert await count(there, "cases where updated_at > '2026-11-24 02:00Z'") == 0
    later = "case_history a join case_history b on b.case_id = a.case_id and b.id > a.id and b.at < a.at"
    assert await count(there, later) == 0
    numbers = await there.execute(text("select number from cases where number is not null order by filed_at, number"))
    assert (ordered := list(numbers.scalars())) == sorted(ordered)


async def test_the_demo_position_is_in_a_cell_and_has_a_squad(there: AsyncSession) -> None:
    found = await route(there, GeoPoint(lon=112.82, lat=28.353), "E0110", NOW.date())
    assert found.cell is not None and found.cell.startswith("430112001")
    assert (found.squad_code, found.flags) == ("gaotangling", [])


async def test_everybody_of_the_demo_signs_in_with_the_published_password(there: AsyncSession) -> None:
    assert await count(there, "person where not is_demo or password_hash is null") == 0
    stored = (await there.execute(text("select password_hash from person where username = 'inspector1'"))).scalar_one()
    assert await matches(stored, DEMO_PASSWORD)


async def test_loading_again_changes_nothing(demo: Settings, there: AsyncSession) -> None:
    tables = ("unit_grid", "person", "cases", "report", "photo", "case_history", "import_batch", "routing_rule")
    before = [await count(there, table) for table in tables]
    await there.rollback()
    said: list[str] = []
    await load_demo(demo, said.append, NOW, CASES)
    assert said == ["the demo is loaded"]
    assert [await count(there, table) for table in tables] == before


async def test_a_demo_is_loaded_in_demo_mode_only(demo: Settings) -> None:
    with pytest.raises(NotADemo):
        await load_demo(replace(demo, demo=False), quiet, NOW, CASES)


async def test_a_schema_with_real_accounts_is_neither_loaded_nor_dropped(demo: Settings) -> None:
    engine = make_engine(demo)
    one = "update person set is_demo = {} where username = 'admin1'"
    async with engine.begin() as connection:
        await connection.execute(text(one.format("false")))
    for work in (load_demo(demo, quiet, NOW, CASES), reset_demo(demo, quiet)):
        with pytest.raises(NotADemo, match="admin1"):
            await work
    async with engine.begin() as connection:
        await connection.execute(text(one.format("true")))
    await engine.dispose()


async def test_an_upload_s_picture_lies_in_the_store(demo: Settings, there: AsyncSession) -> None:
    key = (await there.execute(text("select store_key from photo limit 1"))).scalar_one()
    path = Path(demo.store.removeprefix("folder:")) / key
    assert path.read_bytes().startswith(b"\xff\xd8\xff")


POINTS = 10_000
PHONE_TEST = ["npx", "vitest", "run", "src/territory/routeIn.test.ts"]


@pytest.mark.skipif(
    not (ROOT / "pwa/node_modules/.bin/vitest").exists(), reason="the app's libraries are not installed"
)
async def test_a_phone_without_network_routes_as_the_server_does(there: AsyncSession, tmp_path: Path) -> None:
    """Ten thousand points in and around the cells of an inspector and of his street's squad, over all classes."""
    post = auth.Post(Role.SQUAD_MEMBER, "gaotangling", "")
    person = auth.Person(uuid4(), "inspector1", "", (post,))
    area = await area_of(there, person, NOW.date())
    assert len(area.cells) > 1_000 and area.duty_grids
    classes = list((await there.execute(text("select distinct code from category_class order by code"))).scalars())
    lons, lats = area.corners[::2], area.corners[1::2]
    chance = random.Random(20261124)
    points = []
    for _ in range(POINTS):
        corner = chance.randrange(len(lons))
        point = GeoPoint(
            lon=lons[corner] + chance.uniform(-0.002, 0.002), lat=lats[corner] + chance.uniform(-0.002, 0.002)
        )
        category = chance.choice(classes)
        found = await route(there, point, category, NOW.date())
        near = "near_grid" in found.flags
        points.append({**point.model_dump(), "category": category, "cell": found.cell, "near": near}
                      | {"squad": found.squad_code})  # fmt: skip
    file = tmp_path / "points.json"
    file.write_bytes(msgspec.json.encode({"area": area, "day": str(NOW.date()), "points": points}))
    ran = subprocess.run(  # noqa: ASYNC221
        PHONE_TEST,
        cwd=ROOT / "pwa",
        env={**os.environ, "XUNCHENG_ROUTED_POINTS": str(file)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"compared {POINTS} points" in ran.stdout
