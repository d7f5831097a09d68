"""Three kinds of reports: a problem, a trifle handled on the spot (自处置), and that nothing is wrong (此处正常)."""

import json
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from backend.core.db import Sessions
from backend.core.roles import Role
from tests.conftest import TickingClock
from tests.make import Crew, Sender, crew, jpeg, make_world, manifest, report_payload, staff, work_off

BEFORE, AFTER = jpeg("red"), jpeg("green")


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


def handled(**changes: Any) -> dict[str, Any]:
    photos = [manifest(BEFORE, 1, role="before"), manifest(AFTER, 2, role="after")]
    return report_payload(kind="self_handled", photos=photos, **changes)


async def send(sender: Sender, payload: dict[str, Any], *bodies: bytes) -> dict[str, Any]:
    """The report and its photos; the last receipt."""
    answer = await sender.put_report(payload)
    assert answer.status_code == 201, answer.text
    for entry, body in zip(payload["photos"], bodies, strict=True):
        answer = await sender.put_photo(f"reports/{answer.json()['id']}", entry["id"], body)
    receipt: dict[str, Any] = answer.json()
    return receipt


async def test_a_handled_trifle_is_closed_with_its_photos_and_troubles_nobody(
    people: Crew, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    receipt = await send(people.inspector, handled(), BEFORE, AFTER)
    assert receipt["state"] == "complete"
    await work_off(app, sessions, clock)
    [mine] = (await people.inspector.get("mine"))["items"]
    assert (mine["kind"], mine["stage"], mine["number"]) == ("self_handled", "done", None)
    tracking = await people.inspector.get(f"tracking/{receipt['public_ref']}")
    assert [(one["stage"], one["done"]) for one in tracking["stages"]] == [("received", True), ("done", True)]
    assert [len(tracking["before"]), len(tracking["after"])] == [1, 1]
    assert tracking["before"][0]["thumb"] != tracking["after"][0]["thumb"]
    assert "not_solved" not in tracking["can"]
    case = await people.operator.case(mine["case_id"])
    assert (case["state"], case["number"], case["flags"]) == ("closed", None, ["self_handled"])
    assert [photo["kind"] for photo in case["photos"]] == ["before", "after"]
    assert [(row["action"], row["from_state"], row["to_state"]) for row in case["history"]] == [
        ("submit", None, "submitted"),
        ("self_handle", "submitted", "closed"),
    ]
    assert (await people.operator.get("inbox"))["items"] == []
    for squad in (people.squad_a, people.squad_b):
        assert (await squad.get("queue"))["items"] == []
    other = await staff(app, sessions(), "other", Role.INSPECTOR)
    assert (await other.get("checks"))["items"] == []


async def test_a_squads_person_handles_trifles_too_and_history_says_in_which_role(people: Crew) -> None:
    await send(people.squad_a, handled(), BEFORE, AFTER)
    [mine] = (await people.squad_a.get("mine"))["items"]
    history = (await people.operator.case(mine["case_id"]))["history"]
    assert [row["who"]["role"] for row in history] == ["squad_member", "squad_member"]


async def test_the_desk_finds_handled_trifles_apart_from_the_others(people: Crew) -> None:
    await send(people.inspector, handled(), BEFORE, AFTER)
    await people.inspector.report(jpeg("blue"))
    handled_ones = (await people.operator.get("cases", flag="self_handled"))["items"]
    assert [one["flags"] for one in handled_ones] == [["self_handled"]]
    assert len((await people.operator.get("cases"))["items"]) == 2
    assert (await people.operator.get("cases", flag="no_place"))["items"] == []


async def test_a_trifle_whose_photos_do_not_come_is_in_no_inbox_even_after_a_day(
    people: Crew, clock: TickingClock
) -> None:
    await people.inspector.put_report(handled())
    clock.forward(hours=25)
    assert (await people.operator.get("inbox"))["items"] == []
    [mine] = (await people.inspector.get("mine"))["items"]
    assert mine["stage"] == "received"


async def test_an_after_photo_that_is_none_proves_nothing_and_the_operator_gets_it(people: Crew) -> None:
    text_file = b"not a picture"
    payload = report_payload(
        kind="self_handled", photos=[manifest(BEFORE, 1, role="before"), manifest(text_file, 2, role="after")]
    )
    await send(people.inspector, payload, BEFORE, text_file)
    [card] = (await people.operator.get("inbox"))["items"]
    assert (card["state"], card["flags"]) == ("submitted", [])
    assert (await people.operator.case(card["id"]))["history"][-1]["reason"] == "photo_required"


async def test_a_word_about_the_result_is_not_asked_of_whoever_handled_it(people: Crew) -> None:
    await send(people.inspector, handled(), BEFORE, AFTER)
    [mine] = (await people.inspector.get("mine"))["items"]
    case = await people.inspector.case(mine["case_id"])
    assert (await people.inspector.move(case, "not_solved")).json()["code"] == "illegal_move"
    assert (await people.operator.get("inbox"))["items"] == []


async def test_nobody_closes_a_case_by_sending_the_move_himself(people: Crew) -> None:
    await people.citizen.report()
    [card] = (await people.operator.get("inbox"))["items"]
    for sender in (people.inspector, people.squad_a, people.operator, people.citizen):
        answer = await sender.move(card, "self_handle", AFTER)
        assert answer.status_code in (403, 404), answer.text
    assert (await people.operator.case(card["id"]))["state"] == "submitted"


async def test_nothing_wrong_is_the_persons_own_record_and_no_case(people: Crew, session: AsyncSession) -> None:
    receipt = await send(people.inspector, report_payload(BEFORE, kind="nothing_wrong", category=None), BEFORE)
    assert receipt["state"] == "complete"
    [mine] = (await people.inspector.get("mine"))["items"]
    assert (mine["kind"], mine["stage"], mine["case_id"]) == ("nothing_wrong", "recorded", None)
    assert (mine["photos_expected"], mine["photos_stored"]) == (1, 1)
    assert (await session.execute(text("select count(*) from cases"))).scalar_one() == 0
    tracking = await people.inspector.get(f"tracking/{receipt['public_ref']}")
    assert ([one["stage"] for one in tracking["stages"]], len(tracking["before"])) == (["recorded"], 1)


async def test_the_same_record_again_is_the_same_receipt(people: Crew) -> None:
    payload, report_id = report_payload(BEFORE, kind="nothing_wrong"), uuid7()
    first = await people.inspector.put_report(payload, report_id)
    second = await people.inspector.put_report(payload, report_id)
    assert (first.status_code, second.status_code, second.json()) == (201, 200, first.json())


@pytest.mark.parametrize(
    ("who", "payload", "reason"),
    [
        ("citizen", handled(), "field_staff_only"),
        ("operator", handled(), "field_staff_only"),
        ("citizen", report_payload(kind="nothing_wrong"), "field_staff_only"),
        ("inspector", report_payload(kind="self_handled"), "before_and_after"),
        ("inspector", report_payload(jpeg(), jpeg("red"), kind="nothing_wrong"), "one_photo"),
        ("inspector", report_payload(kind="praise"), "invalid_payload"),
        ("inspector", report_payload(kind=None), "invalid_payload"),
    ],
)
async def test_a_kind_without_what_it_needs_is_held_with_the_reason(
    people: Crew, session: AsyncSession, who: str, payload: dict[str, Any], reason: str
) -> None:
    answer = await getattr(people, who).put_report(payload)
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (202, "held", reason)
    [item] = (await people.operator.get("held"))["items"]
    assert item["reason"] == reason
    assert (await session.execute(text("select count(*) from cases"))).scalar_one() == 0


async def test_phones_that_know_no_kinds_report_problems_as_before(people: Crew, session: AsyncSession) -> None:
    payload = report_payload(BEFORE)
    assert "kind" not in json.dumps(payload)
    await send(people.citizen, payload, BEFORE)
    row = (await session.execute(text("select r.kind, p.role from report r join photo p on p.intake_id = r.id"))).one()
    assert tuple(row) == ("problem", "before")
