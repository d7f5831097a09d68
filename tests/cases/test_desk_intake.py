"""A case that is taken in at the desk goes on like any other, and is never taken in twice."""

import asyncio

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from backend.core.roles import Role
from backend.main import create_app
from backend.settings import Settings
from tests.cases.desk_world import desk_report, send, taken_in
from tests.conftest import TickingClock
from tests.make import DUST, HERE, RUBBISH, Crew, clear, crew, jpeg, make_world, staff


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def test_a_call_becomes_a_case_in_the_inbox_routed_with_its_clock_running(people: Crew) -> None:
    made = await taken_in(people.operator)
    assert (made["state"], made["source"], made["external_number"]) == ("submitted", "hotline_12345", "12345-0001")
    [card] = (await people.operator.get("inbox"))["items"]
    assert (card["id"], card["source"], card["squad"]["code"], card["flags"]) == (
        made["case_id"], "hotline_12345", "T-A", [],
    )  # fmt: skip
    case = await people.operator.case(made["case_id"])
    assert case["description"] == "垃圾成堆没人清（地点：东风大道旁）"
    [row] = case["history"]
    assert (row["action"], row["to_state"], row["who"]["role"]) == ("submit", "submitted", "operator")
    assert (row["data"]["source"], row["data"]["external_number"]) == ("hotline_12345", "12345-0001")
    [clock] = case["clocks"]
    assert (clock["stage"], clock["running"]) == ("intake", True)


async def test_the_same_report_again_answers_the_same_case_and_other_bytes_change_nothing(people: Crew) -> None:
    body = desk_report()
    first, again = await send(people.operator, body), await send(people.operator, {**body, "condition": None})
    assert (first.status_code, again.status_code, again.json()["known"]) == (201, 200, "id")
    assert again.json()["case_id"] == first.json()["case_id"]
    other = await send(people.operator, {**body, "description": "别的事"})
    assert (other.status_code, other.json()["code"]) == (409, "other_bytes")
    assert len((await people.operator.get("inbox"))["items"]) == 1


async def test_the_same_number_of_a_source_is_one_case_and_of_another_source_another(people: Crew) -> None:
    made = await taken_in(people.operator)
    again = await send(people.operator, desk_report(id=str(uuid7()), description="再来一次"))
    assert (again.status_code, again.json()["known"]) == (200, "external_number")
    assert again.json()["case_id"] == made["case_id"]
    other = await taken_in(people.operator, source="city_assigned")
    assert other["case_id"] != made["case_id"]


async def test_two_who_take_in_the_same_number_at_once_make_one_case(settings: Settings, clock: TickingClock) -> None:
    app = create_app(settings, clock=clock)
    async with app.lifespan():
        try:
            async with app.state.sessions() as session:
                await make_world(session)
                operator = await staff(app, session, "operator", Role.OPERATOR)
            answers = await asyncio.gather(*(send(operator, desk_report()) for _ in range(4)))
            assert sorted(answer.status_code for answer in answers) == [200] * 3 + [201]
            assert len({answer.json()["case_id"] for answer in answers}) == 1
        finally:
            async with app.state.sessions() as session:
                await clear(session)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"external_number": None}, "external_number_required"),
        ({"external_number": "  "}, "external_number_required"),
        ({"source": "city_assigned", "external_number": None}, "external_number_required"),
        ({"source": "petition", "complainant": None}, "complainant_required"),
        ({"source": "petition", "complainant": {"note": "匿名"}}, "complainant_required"),
        ({"source": "campaign"}, "campaign_required"),
        ({"source": "rumour"}, "unknown_source"),
    ],
)
async def test_what_a_source_asks_for_is_asked_for(people: Crew, changes: dict[str, object], code: str) -> None:
    answer = await send(people.operator, desk_report(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await people.operator.get("inbox"))["items"] == []


async def test_the_rules_of_a_source_are_those_of_the_day(people: Crew, session: AsyncSession) -> None:
    rule = (
        "insert into source_rule values ('media', :since, '媒体', 'Media', :number, false, false, false, true),"
        " ('mayor_mailbox', :since, '市长信箱', 'Mailbox', false, false, false, false, false)"
    )
    for since, number in (("2026-01-01", False), ("2026-11-25", True)):
        await session.execute(text(rule.replace(":since", f"'{since}'")), {"number": number})
    await session.commit()
    known = {one["code"]: one for one in (await people.operator.get("sources"))["sources"]}
    assert (known["media"]["needs_external_number"], known["media"]["verify_before_filing"]) == (False, False)
    assert known["petition"]["verify_before_filing"] and known["hotline_12345"]["needs_external_number"]
    await taken_in(people.operator, source="media", external_number=None)
    await taken_in(people.operator, source="mayor_mailbox", external_number=None)


async def test_a_report_without_place_and_class_waits_for_the_operator(people: Crew) -> None:
    made = await taken_in(people.operator, location=None, category=None)
    case = await people.operator.case(made["case_id"])
    assert (case["squad"]["code"], case["flags"]) == ("F", ["no_place", "no_category"])
    zero = await taken_in(people.operator, external_number="12345-0002", location={"lon": 0, "lat": 0})
    assert "no_place" in (await people.operator.case(zero["case_id"]))["flags"]


async def test_it_goes_the_whole_way_and_whoever_took_it_in_is_not_its_reporter(people: Crew) -> None:
    made = await taken_in(people.operator, source="leader", category=DUST)
    case = await people.operator.case(made["case_id"])
    assert not {"amend", "withdraw", "add_photo"} & {*case["actions"], *(one["action"] for one in case["blocked"])}
    assert (await people.operator.get("mine"))["items"] == []
    filed = (await people.operator.move(case, "file")).json()
    assert filed["case"]["state"] == "dispatched"
    refused = await taken_in(people.operator, source="leader", external_number="L-2", category=RUBBISH)
    case = await people.operator.case(refused["case_id"])
    filed = await people.operator.move(case, "file", data={"location": {"lon": HERE.lon, "lat": HERE.lat}})
    case = await people.squad_a.case(refused["case_id"])
    assert (await people.squad_a.move(case, "respond", jpeg("green"))).json()["case"]["state"] == "responded"


async def test_what_a_hotline_brings_is_verified_before_it_is_filed_or_the_reason_is_kept(people: Crew) -> None:
    made = await taken_in(people.operator)
    case = await people.operator.case(made["case_id"])
    refused = await people.operator.move(case, "file")
    assert (refused.status_code, refused.json()["code"]) == (422, "verify_first")
    filed = await people.operator.move(case, "file", reason="来电人当场视频确认")
    assert filed.json()["case"]["state"] == "dispatched"
    history = (await people.operator.case(made["case_id"]))["history"]
    assert "来电人当场视频确认" in {row["note"] for row in history}


async def test_only_the_intake_takes_in(app: Litestar, session: AsyncSession, people: Crew) -> None:
    dispatcher = await staff(app, session, "dispatcher", Role.DISPATCHER)
    for sender in (people.inspector, people.squad_a, dispatcher):
        assert (await send(sender, desk_report())).status_code == 403
    assert (await send(people.citizen, desk_report())).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"description": ""},
        {"description": "\x00"},
        {"id": "1"},
        {"location": {"lon": 999, "lat": 0}},
        {"surprise": 1},
        {"received_at": "2026-11-24T10:00:00"},
    ],
)
async def test_what_cannot_be_stored_is_400(people: Crew, changes: dict[str, object]) -> None:
    answer = await send(people.operator, desk_report(**changes))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
