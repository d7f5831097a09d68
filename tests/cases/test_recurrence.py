"""The same thing at the same place soon after it was closed is one problem that came back."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import TickingClock
from tests.make import HERE, MANHOLE, RUBBISH, Crew, crew, jpeg, make_world


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def filed(people: Crew, category: str = RUBBISH, metres_north: float = 0) -> dict[str, Any]:
    location = {"lon": HERE.lon, "lat": HERE.lat + metres_north / 110_540, "accuracy_m": 8.0, "source": "pin"}
    await people.inspector.report(category=category, location=location)
    case = (await people.squad_a.get("queue"))["items"][0]
    found: dict[str, Any] = await people.operator.case(case["id"])
    return found


async def closed(people: Crew) -> dict[str, Any]:
    case = await filed(people)
    await people.squad_a.move(case, "respond", jpeg("green"))
    await people.inspector.move(await people.inspector.case(case["id"]), "check_pass")
    return case


async def test_it_is_linked_to_the_case_that_was_closed(people: Crew, clock: TickingClock) -> None:
    first = await closed(people)
    assert first["recurrence_of"] is None
    clock.forward(days=10)
    again = await filed(people, metres_north=30)
    assert again["recurrence_of"] == {"id": first["id"], "number": first["number"]}


@pytest.mark.parametrize(("category", "metres", "days"), [(MANHOLE, 0, 1), (RUBBISH, 80, 1), (RUBBISH, 0, 6)])
async def test_another_class_another_place_or_long_after_is_another_problem(
    people: Crew, session: AsyncSession, clock: TickingClock, category: str, metres: float, days: int
) -> None:
    await session.execute(text("insert into process_rule values ('recurrence_days', '2026-01-01', 5)"))
    await session.commit()
    await closed(people)
    clock.forward(days=days)
    assert (await filed(people, category, metres))["recurrence_of"] is None
