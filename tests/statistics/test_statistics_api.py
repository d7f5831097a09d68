"""Figures over the wire: what they say, whose they are, and the cases behind them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Person, Post
from backend.core.clock import uuid7
from backend.core.roles import Role
from backend.statistics.catalogue import ALL, INDICATORS
from backend.statistics.counting import count
from backend.statistics.dimensions import DIMENSIONS
from backend.statistics.periods import Period
from backend.statistics.schemas import Part
from backend.statistics.service import cases_behind
from tests.conftest import TickingClock
from tests.make import Sender, crew, jpeg, local, make_world, staff
from tests.statistics.made import NOW, ZONE, make_cases

DESK = Person(uuid7(), "desk", "Desk", (Post(Role.OPERATOR),))
YEAR = Period.parse("2026")


async def figures(sender: Sender, **params: Any) -> dict[str, dict[str, Any]]:
    """Rows by key."""
    answer = await sender.get("statistics", **{"period": "2026-11", **params})
    return {row["key"]: row for row in answer["rows"]}


async def all_behind(sender: Sender, **params: Any) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        page = await sender.get("statistics/cases", **params, **({"cursor": cursor} if cursor else {}))
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("by", list(DIMENSIONS))
async def test_behind_every_number_are_as_many_cases(session: AsyncSession, by: str) -> None:
    await make_world(session)
    await make_cases(session, 7, 150)
    dimension = DIMENSIONS[by]
    (counted,) = await count(session, list(ALL.values()), dimension, [YEAR.span(ZONE, NOW)], ZONE)
    parts: tuple[Part, Part] = ("numerator", "denominator")
    for key in sorted(counted, key=str)[-4:]:
        for name, figure in counted[key].items():
            for part, expected in zip(parts, (figure.numerator, figure.denominator or 0), strict=True):
                page = await cases_behind(
                    session, DESK, ALL[name], part, dimension, key or "", YEAR, NOW, cursor=None, limit=200
                )
                assert page.next is None
                assert len(page.items) == expected, (key, name, part)


async def test_pages_of_cases_show_each_of_them_once(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    await make_cases(session, 8, 200)
    desk = await staff(app, session, "leader", Role.LEADER)
    whole = (await figures(desk, period="2026"))["990101"]["values"]["closure"]
    asked = {"indicator": "closure", "part": "denominator", "period": "2026", "limit": 7}
    found = await all_behind(desk, **asked)
    assert len(found) == len({one["id"] for one in found}) == whole["denominator"] > 14
    assert found == sorted(found, key=lambda one: one["at"])
    of_squads = [
        len(await all_behind(desk, **asked, by="squad", key=key))
        for key in await figures(desk, by="squad", period="2026")
    ]
    assert sum(of_squads) == whole["denominator"]


async def test_an_open_overdue_case_counts_against_both_rates_and_a_closed_one_for_both(
    app: Litestar, session: AsyncSession, clock: TickingClock
) -> None:
    await make_world(session)
    people = await crew(app, session)
    for _ in range(2):
        await people.inspector.report()
    done, left = [one["id"] for one in (await people.squad_a.get("queue"))["items"]]
    case = await people.squad_a.case(done)
    assert (await people.squad_a.move(case, "respond", jpeg("green"))).status_code == 201
    case = await people.inspector.case(done)
    assert (await people.inspector.move(case, "check_pass")).status_code == 201

    clock.forward(minutes=1)
    early = (await figures(people.operator, by="squad"))["T-A"]["values"]
    assert early["closure"] == {"value": None, "numerator": 0, "denominator": 0, "last_year": None}, (
        "nothing is due yet"
    )
    assert early["filing"]["numerator"] == 2

    clock.forward(hours=30)
    late = (await figures(people.operator, by="squad"))["T-A"]["values"]
    assert late["closure"] == {"value": 50.0, "numerator": 1, "denominator": 2, "last_year": None}
    assert late["on_time"]["value"] == 50.0
    assert late["disposal"]["value"] == 50.0
    assert late["accurate_dispatch"]["value"] == 100.0
    missing = await all_behind(people.operator, indicator="on_time", part="denominator", period="2026-11")
    assert {one["id"] for one in missing} == {done, left}


async def test_a_granted_appeal_takes_a_late_case_out_of_the_on_time_figures_and_shows_beside_them(
    app: Litestar, session: AsyncSession
) -> None:
    await make_world(session)
    desk = await staff(app, session, "operator", Role.OPERATOR)
    await _row(session, "late-1", local(10, 9), state="closed", on_time=False, exempt=True, appealed="granted")
    await _row(session, "late-2", local(10, 9), state="closed", on_time=False)
    row = (await figures(desk))["990101"]
    assert row["values"]["closure"]["value"] == 100.0
    assert (row["values"]["on_time"]["numerator"], row["values"]["on_time"]["denominator"]) == (0, 1)
    assert row["hidden"]["exempted"]["value"] == row["hidden"]["appealed"]["value"] == 50.0


async def test_a_deferred_case_is_in_no_denominator_and_shows_among_the_hidden(
    app: Litestar, session: AsyncSession
) -> None:
    await make_world(session)
    desk = await staff(app, session, "operator", Role.OPERATOR)
    await _row(session, "deferred", local(10, 9), state="deferred", deferrals=1)
    await _row(session, "closed", local(10, 9), state="closed", on_time=True)
    row = (await figures(desk))["990101"]
    assert row["values"]["closure"]["denominator"] == row["values"]["on_time"]["denominator"] == 1
    assert row["hidden"]["deferred"]["value"] == 50.0


async def test_a_case_counts_in_the_month_of_its_due_time_by_the_local_midnight(
    app: Litestar, session: AsyncSession, clock: TickingClock
) -> None:
    await make_world(session)
    desk = await staff(app, session, "operator", Role.OPERATOR)
    midnight = local(1, 0)
    await _row(session, "before", midnight - timedelta(seconds=1), state="closed", on_time=True)
    await _row(session, "after", midnight, state="dispatched")
    october, november = [(await figures(desk, period=period))["990101"]["values"] for period in ("2026-10", "2026-11")]
    assert (october["closure"]["value"], november["closure"]["value"]) == (100.0, 0.0)


async def test_last_year_stands_beside_it(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    desk = await staff(app, session, "operator", Role.OPERATOR)
    await _row(session, "now", local(10, 9), state="dispatched")
    await _row(session, "then", local(10, 9).replace(year=2025), state="closed", on_time=True)
    closure = (await figures(desk))["990101"]["values"]["closure"]
    assert (closure["value"], closure["last_year"]) == (0.0, 100.0)


async def test_a_squad_leader_sees_his_squad_and_a_member_only_himself(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    leader = await staff(app, session, "la", Role.SQUAD_LEADER, "T-A")
    member = await staff(app, session, "ma", Role.SQUAD_MEMBER, "T-A")
    other = await staff(app, session, "mb", Role.SQUAD_MEMBER, "T-A")
    for number, person in enumerate((member, member, other)):
        await _row(session, f"a-{number}", local(10, 9), state="closed", on_time=True, responded_by=person.person_id)
    await _row(session, "b", local(10, 9), state="closed", on_time=True, squad_code="T-B")

    assert set(await figures(leader, by="squad")) == {"T-A"}
    assert (await figures(leader, by="class"))["E0110"]["values"]["closure"]["denominator"] == 3
    behind = await all_behind(leader, indicator="closure", period="2026-11", by="squad", key="T-B")
    assert behind == []

    own = await figures(member, by="responder")
    assert set(own) == {str(member.person_id)}
    assert own[str(member.person_id)]["values"]["closure"]["numerator"] == 2
    assert len(await all_behind(member, indicator="closure", period="2026-11", by="responder")) == 2
    asked = {"indicator": "closure", "period": "2026-11", "by": "responder", "key": str(other.person_id)}
    assert await all_behind(member, **asked) == []
    for path in ("statistics", "statistics/cases"):
        answer = await member.client.get(
            f"/api/v1/{path}", params={"period": "2026-11", "by": "squad", "indicator": "closure"}
        )
        assert answer.status_code == 403


async def test_definitions_say_what_they_count_in_both_languages(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    inspector = await staff(app, session, "i", Role.INSPECTOR)
    answer = await inspector.get("indicators")
    assert [one["name"] for one in answer["items"]] == list(ALL)
    for one in answer["items"]:
        assert one["title"]["zh"] and one["title"]["en"] and one["formula"]["zh"] and one["formula"]["en"], one["name"]
        assert one["source"] in ("S", "K", "R") and f"[{one['source']}" in one["notes"], one["name"]
    assert "squad" in answer["dimensions"]
    assert "缓办" in next(one for one in answer["items"] if one["name"] == "closure")["notes"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"period": "2026-13"}, "bad_period"),
        ({"period": "2026-11", "by": "mood"}, "unknown_dimension"),
        ({"period": "2026-11", "indicator": "fines"}, "unknown_indicator"),
        ({"period": "2026-11", "cursor": "x"}, "bad_cursor"),
    ],
)
async def test_what_cannot_be_counted_is_a_clear_error(
    app: Litestar, session: AsyncSession, params: dict[str, str], code: str
) -> None:
    await make_world(session)
    desk = await staff(app, session, "operator", Role.OPERATOR)
    answer = await desk.client.get("/api/v1/statistics", params=params)
    assert answer.json()["code"] == code
    assert answer.status_code in (400, 422)


async def test_citizens_see_no_figures(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    people = await crew(app, session)
    answer = await people.citizen.client.get("/api/v1/statistics", params={"period": "2026-11"})
    assert answer.status_code == 401


async def test_rows_come_by_pages(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    await make_cases(session, 9, 100)
    desk = await staff(app, session, "operator", Role.OPERATOR)
    keys, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await desk.get("statistics", period="2026", by="cell", indicator="closure", limit=5, **more)
        keys += [row["key"] for row in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert keys == sorted(set(keys))
    assert len(keys) == 17, "sixteen cells, and what lies outside the grid"


def test_the_desk_finds_every_indicator_that_was_asked_for() -> None:
    assert {one.name for one in INDICATORS} >= {
        "closure", "on_time", "urgent_closure", "urgent_on_time", "filing", "disposal", "disposal_on_time", "rework",
        "returns", "accurate_dispatch", "valid_reports", "verify_on_time", "check_on_time", "self_handled",
        "disposal_time", "recurrence",
    }  # fmt: skip


async def _row(session: AsyncSession, number: str, due_at: datetime, *, state: str, **more: Any) -> None:
    """A filed case of squad T-A, as a row."""
    submitted = due_at - timedelta(hours=4)
    values: dict[str, Any] = {
        "id": uuid7(), "rev": 1, "description": "", "number": number, "state": state, "source": "inspector",
        "class_code": "E0110", "squad_code": "T-A", "submitted_at": submitted, "filed_at": submitted, "due_at": due_at,
        "updated_at": due_at, "closed_at": due_at if state == "closed" else None, **more,
    }  # fmt: skip
    columns = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    await session.execute(text(f"insert into cases ({columns}) values ({places})"), values)
    await session.commit()
