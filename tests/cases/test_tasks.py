"""Who checks is drawn by lot, never of the squad, and a second look does not know that it is one."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.tasks.draw import Candidate, choose
from backend.core.roles import Role
from tests.make import RUBBISH, Crew, Sender, crew, jpeg, make_world, staff


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def answered(people: Crew, reporter: Sender | None = None) -> dict[str, Any]:
    await (reporter or people.inspector).report(category=RUBBISH)
    case = (await people.squad_a.get("queue"))["items"][0]
    await people.squad_a.move(case, "respond", jpeg("green"))
    found: dict[str, Any] = await people.operator.case(case["id"])
    return found


async def drawn(session: AsyncSession, case: dict[str, Any]) -> UUID | None:
    statement = text("select person_id from case_task where case_id = :id and state = 'open'")
    found: UUID | None = (await session.execute(statement, {"id": case["id"]})).scalar_one()
    return found


def candidate(**changes: Any) -> Candidate:
    return Candidate(
        **{"person_id": uuid4(), "of_squad": False, "reporter": False, "near": False, "with_squad": 0, **changes}
    )


def test_the_lot_falls_among_those_near_who_did_not_report_it_and_seldom_met_the_squad() -> None:
    near, far = candidate(near=True), candidate()
    reporter, mate = candidate(near=True, reporter=True), candidate(near=True, of_squad=True)
    often = candidate(near=True, with_squad=20)
    assert choose([near, far, reporter, mate, often], 20) == [near.person_id]
    assert choose([far, reporter, mate, often], 20) == [far.person_id]
    assert choose([reporter, mate], 20) == [reporter.person_id], "rather the reporter than nobody"
    assert choose([mate], 20) == [], "never one of the squad"


async def test_only_whoever_was_drawn_checks(people: Crew, app: Litestar, session: AsyncSession) -> None:
    second = await staff(app, session, "inspector-2", Role.INSPECTOR)
    case = await answered(people)  # reported by the first inspector, so the lot falls on the second
    assert await drawn(session, case) == second.person_id
    assert (await people.inspector.get("checks"))["items"] == []
    refusal = await people.inspector.move(case, "check_pass")
    assert (refusal.status_code, refusal.json()["code"]) == (403, "not_your_task")
    item = (await second.get("checks"))["items"][0]
    assert (item["id"], item["task"]["kind"], item["task"]["mode"]) == (
        case["id"],
        "check_after_disposal",
        "on_the_spot",
    )
    assert (await second.move(case, "check_pass")).json()["state"] == "applied"
    assert (await second.get("checks"))["items"] == []


async def test_with_nobody_on_duty_everybody_who_may_sees_it(people: Crew, session: AsyncSession) -> None:
    await session.execute(
        text(
            "insert into duty_time (id, person_id, kind, starts_at, ends_at, note)"
            " values (gen_random_uuid(), :who, 'leave', '2026-11-20', '2026-12-20', '')"
        ),
        {"who": people.inspector.person_id},
    )
    await session.commit()
    case = await answered(people, people.inspector)
    assert await drawn(session, case) is None
    assert [one["id"] for one in (await people.inspector.get("checks"))["items"]] == [case["id"]]
    assert (await people.inspector.move(case, "check_pass")).json()["state"] == "applied"


async def rule(session: AsyncSession, name: str, value: int) -> None:
    await session.execute(
        text("insert into process_rule values (:name, '2026-01-01', :value)"), {"name": name, "value": value}
    )
    await session.commit()


async def test_a_second_look_sees_an_answered_case_and_changes_nothing(
    people: Crew, app: Litestar, session: AsyncSession
) -> None:
    await rule(session, "second_look_percent", 100)
    second = await staff(app, session, "inspector-2", Role.INSPECTOR)
    third = await staff(app, session, "inspector-3", Role.INSPECTOR)
    case = await answered(people, people.inspector)
    by_id = {one.person_id: one for one in (second, third)}
    first = by_id.pop(await drawn(session, case))  # type: ignore[arg-type]
    (other,) = by_id.values()
    await first.move(case, "check_pass")
    assert (await people.operator.case(case["id"]))["state"] == "closed"
    assert await drawn(session, case) == other.person_id

    item = (await other.get("checks"))["items"][0]
    seen = await other.case(case["id"])
    for shown in (item, seen):
        assert (shown["state"], shown["closed_at"], shown["on_time"]) == ("responded", None, None)
    assert [row["action"] for row in seen["history"]][-1] == "respond"
    assert {"check_pass", "check_fail"} <= set(seen["actions"])

    answer = await other.move(seen, "check_fail", reason="还有一堆")
    assert answer.json()["state"] == "applied"
    after = await people.operator.case(case["id"])
    assert (after["state"], after["rework"]) == ("closed", 0)
    assert "second_look_disagrees" in after["flags"]
    assert after["history"][-1]["action"] == "second_look"
    assert [one["id"] for one in (await people.operator.get("inbox"))["items"]] == [case["id"]], "somebody reads it"
    assert "second_look" not in [row["action"] for row in (await people.squad_a.case(case["id"]))["history"]]
    await people.operator.move(after, "clarify")
    assert (await people.operator.get("inbox"))["items"] == []


async def test_what_a_rule_leaves_to_the_photos_is_judged_at_the_desk(people: Crew, session: AsyncSession) -> None:
    await session.execute(
        text(
            "insert into verification_rule values"
            " ('check_after_disposal', '', :class, '', '', '2026-01-01', 'by_photo', 0)"
        ),
        {"class": RUBBISH},
    )
    await session.commit()
    case = await answered(people)
    assert (await people.inspector.get("checks"))["items"] == []
    refusal = await people.inspector.move(case, "check_pass")
    assert refusal.json()["code"] == "not_your_task"
    assert [one["task"]["mode"] for one in (await people.operator.get("checks"))["items"]] == ["by_photo"]
    assert (await people.operator.move(case, "check_pass")).json()["case"]["state"] == "closed"


async def test_the_desk_does_not_judge_what_somebody_walks_to(people: Crew) -> None:
    case = await answered(people)
    refusal = await people.operator.move(case, "check_pass")
    assert refusal.json()["code"] == "not_your_task"
    assert "check_pass" not in case["actions"] + [one["action"] for one in case["blocked"]]


async def test_after_cannot_find_and_a_word_from_the_desk_it_is_drawn_again(
    people: Crew, session: AsyncSession
) -> None:
    case = await answered(people)
    await people.inspector.move(case, "check_cannot_find", reason="围起来了", data={"result": "private_land"})
    assert (await people.inspector.get("checks"))["items"] == []
    await people.operator.move(await people.operator.case(case["id"]), "clarify", note="东门可进")
    assert [one["id"] for one in (await people.inspector.get("checks"))["items"]] == [case["id"]]


async def test_whoever_cannot_go_hands_it_over_with_a_reason_and_the_lot_falls_again(
    people: Crew, app: Litestar, session: AsyncSession
) -> None:
    second = await staff(app, session, "inspector-2", Role.INSPECTOR)
    case = await answered(people)
    item = (await second.get("checks"))["items"][0]
    path = f"/api/v1/tasks/{item['task']['id']}/hand-over"
    assert (await people.inspector.client.post(path, json={"reason": "替他去"})).json()["code"] == "not_your_task"
    assert (await second.client.post(path, json={"reason": ""})).status_code == 400
    assert (await second.client.post(path, json={"reason": "电动车坏了"})).status_code == 204
    assert (await second.get("checks"))["items"] == []
    assert [one["id"] for one in (await people.inspector.get("checks"))["items"]] == [case["id"]]
