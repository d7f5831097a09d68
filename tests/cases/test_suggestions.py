"""What is offered first: the classes of one's own reports, of this place and of this hour."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.core.roles import Role
from tests.conftest import TickingClock
from tests.make import DUST, MANHOLE, RUBBISH, Sender, make_world, phone, report_payload, staff
from tests.territory.district import spot


@pytest.fixture
async def citizen(app: Litestar, session: AsyncSession) -> Sender:
    await make_world(session)
    return await phone(app)


async def saw(sender: Sender, category: str | None, column: float, row: float, times: int = 1) -> None:
    place = spot(column, row)
    for _ in range(times):
        location = {"lon": place.lon, "lat": place.lat, "source": "pin"}
        answer = await sender.put_report(report_payload(category=category, location=location))
        assert answer.status_code == 201


async def asked(sender: Sender, column: float = 0.5, row: float = 0.5) -> Any:
    place = spot(column, row)
    return await sender.get("suggestions", lon=place.lon, lat=place.lat)


async def test_the_most_frequent_come_first_and_only_ones_own_are_mine(citizen: Sender, app: Litestar) -> None:
    other = await phone(app)
    await saw(citizen, RUBBISH, 0.5, 0.5)
    await saw(citizen, MANHOLE, 0.5, 0.5, times=2)
    await saw(other, DUST, 0.5, 0.5, times=4)
    found = await asked(citizen)
    assert found["mine"] == [MANHOLE, RUBBISH]
    assert found["here"] == [DUST, MANHOLE, RUBBISH]
    assert found["now"] == [DUST, MANHOLE, RUBBISH]
    assert (await asked(other))["mine"] == [DUST]


async def test_a_signed_in_persons_own_are_those_of_the_person(
    citizen: Sender, app: Litestar, session: AsyncSession
) -> None:
    inspector = await staff(app, session, "ins", Role.INSPECTOR)
    await saw(inspector, MANHOLE, 0.5, 0.5)
    assert (await asked(inspector))["mine"] == [MANHOLE]
    assert (await asked(citizen))["mine"] == []


async def test_here_is_the_cell_and_its_eight_neighbours(citizen: Sender) -> None:
    await saw(citizen, RUBBISH, 1.5, 1.5)
    await saw(citizen, MANHOLE, 3.5, 3.5, times=3)
    assert (await asked(citizen, 0.5, 0.5))["here"] == [RUBBISH]
    assert (await asked(citizen, 2.5, 2.5))["here"] == [MANHOLE, RUBBISH]


async def test_where_the_neighbours_saw_nothing_the_community_stands_in(citizen: Sender) -> None:
    await saw(citizen, DUST, 0.5, 3.5)
    await saw(citizen, MANHOLE, 3.5, 3.5)
    assert (await asked(citizen, 0.5, 0.5))["here"] == [DUST]


async def test_outside_of_the_grid_nothing_is_here(citizen: Sender) -> None:
    await saw(citizen, RUBBISH, 0.5, 0.5)
    found = await citizen.get("suggestions", lon=2.35, lat=48.85)
    assert (found["mine"], found["here"], found["now"]) == ([RUBBISH], [], [RUBBISH])


async def test_now_is_this_hour_of_the_day_on_the_last_28_days(citizen: Sender, clock: TickingClock) -> None:
    await saw(citizen, RUBBISH, 0.5, 0.5)
    clock.forward(hours=6)
    assert (await asked(citizen))["now"] == []
    clock.forward(hours=17)  # the next day, an hour earlier
    assert (await asked(citizen))["now"] == [RUBBISH]
    clock.forward(days=29)
    found = await asked(citizen)
    assert (found["mine"], found["here"], found["now"]) == ([RUBBISH], [RUBBISH], [])
    clock.forward(days=80)
    assert (await asked(citizen))["mine"] == []
    clock.forward(days=80)
    assert (await asked(citizen))["here"] == []


async def test_unknown_classes_and_records_of_nothing_wrong_are_not_offered(
    citizen: Sender, app: Litestar, session: AsyncSession
) -> None:
    inspector = await staff(app, session, "ins", Role.INSPECTOR)
    await saw(inspector, "E9999", 0.5, 0.5)
    await saw(inspector, None, 0.5, 0.5)
    answer = await inspector.put_report(report_payload(kind="nothing_wrong", category=RUBBISH))
    assert answer.status_code == 201
    assert await asked(inspector) == {"mine": [], "here": [], "now": []}


async def test_a_stranger_is_asked_to_sign_in_and_a_wrong_place_is_refused(citizen: Sender) -> None:
    assert (await citizen.client.get("/api/v1/suggestions", params={"lon": 500, "lat": 1})).status_code == 400
    citizen.client.headers.pop("Authorization")
    answer = await citizen.client.get("/api/v1/suggestions", params={"lon": 114, "lat": 30})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


async def test_it_is_one_statement(citizen: Sender, engine: AsyncEngine) -> None:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    await asked(citizen)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    own = [one for one in seen if "from device" not in one and "work_hours from district" not in one]
    assert len([one for one in own if not one.startswith(("SAVEPOINT", "RELEASE"))]) == 1
