"""What every app asks first."""

from datetime import date
from pathlib import Path

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.db import Sessions
from backend.main import create_app
from tests.conftest import TickingClock, make_settings
from tests.identity.people import browser
from tests.make import make_world


async def test_the_consent_in_force_is_that_of_the_districts_own_day(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await make_world(session)
    for version, day in (("old", "2026-01-01"), ("new", "2026-11-25")):
        await session.execute(
            text(
                "insert into consent_text (version, valid_from, lang, sort, title, body)"
                " values (:version, cast(:day as date), 'zh', 1, '谁', '收集什么')"
            ),
            {"version": version, "day": date.fromisoformat(day)},
        )
    await session.commit()
    assert (await client.get("/api/v1/config")).json()["consent"]["version"] == "old"
    clock.forward(hours=14, minutes=1)  # past midnight in the district, still the 24th in UTC
    assert (await client.get("/api/v1/config")).json()["consent"]["version"] == "new"


async def test_demo_accounts_are_told_in_demo_mode_only(
    session: AsyncSession, sessions: Sessions, database_url: str, tmp_path: Path, clock: TickingClock
) -> None:
    await make_world(session)
    for demo in (True, False):
        app = create_app(make_settings(database_url, tmp_path, demo=demo), sessions=sessions, clock=clock)
        config = (await browser(app).get("/api/v1/config")).json()
        assert (config["demo"], bool(config["demo_position"])) == (demo, demo)
        assert config["demo_accounts"] == []  # nobody of them exists in this database


async def test_without_a_district_the_app_is_told_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/config")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_district")
