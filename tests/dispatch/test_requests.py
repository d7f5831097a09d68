"""What squads ask for, and what it does to their clock: 回退, 延期, 挂账, 缓办, 申诉."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.db import Sessions, Transactions
from backend.core.roles import Role
from backend.dispatch.timer import tick
from tests.conftest import TickingClock
from tests.make import MANHOLE, Crew, Sender, crew, jpeg, make_world, staff


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


@pytest.fixture
async def dispatcher(app: Litestar, session: AsyncSession, people: Crew) -> Sender:
    return await staff(app, session, "dispatcher", Role.DISPATCHER)


@pytest.fixture
async def leader(app: Litestar, session: AsyncSession, people: Crew) -> Sender:
    return await staff(app, session, "leader", Role.LEADER)


@pytest.fixture
async def captain(app: Litestar, session: AsyncSession, people: Crew) -> Sender:
    return await staff(app, session, "captain", Role.SQUAD_LEADER, "T-A")


async def dispatched(people: Crew, **changes: Any) -> dict[str, Any]:
    """A case of squad T-A with two hours by an emergency clock, dispatched at the test's present."""
    await people.inspector.report(**{"category": MANHOLE, "condition": "01", **changes})
    case: dict[str, Any] = (await people.squad_a.get("queue"))["items"][0]
    return case


async def do(who: Sender, case: dict[str, Any], action: str, *bodies: bytes, **changes: Any) -> dict[str, Any]:
    """A move on the case as it is now, which must be applied; the case after it."""
    answer = await who.move(await who.case(case["id"]), action, *bodies, **changes)
    assert answer.status_code == 201 and answer.json()["state"] == "applied", answer.text
    return await who.case(case["id"])


async def refused(who: Sender, case: dict[str, Any], action: str, **changes: Any) -> str:
    answer = await who.move(await who.case(case["id"]), action, **changes)
    assert answer.status_code in (403, 422), answer.text
    code: str = answer.json()["code"]
    return code


def when(moment: str | None) -> datetime:
    assert moment is not None
    return datetime.fromisoformat(moment)


def disposal(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [clock for clock in case["clocks"] if clock["stage"] == "disposal"]


async def test_a_returned_case_waits_for_the_dispatcher_and_leaves_the_queue(people: Crew, dispatcher: Sender) -> None:
    case = await dispatched(people)
    await do(people.squad_a, case, "return", reason="路灯归亮化", data={"kind": "wrong_squad"})
    assert (await people.squad_a.get("queue"))["items"] == []
    waiting = (await dispatcher.get("decisions"))["items"]
    assert [(one["id"], one["state"]) for one in waiting] == [(case["id"], "dispatching")]


async def test_the_same_squads_clock_goes_on_where_it_stood(
    people: Crew, dispatcher: Sender, clock: TickingClock
) -> None:
    case = await dispatched(people)
    due = when(case["due_at"])
    clock.forward(minutes=30)
    await do(people.squad_a, case, "return", reason="找不到")
    clock.forward(minutes=40)
    again = await do(dispatcher, case, "dispatch", data={"squad": "T-A"})
    assert when(again["due_at"]) == due + timedelta(minutes=40)
    assert when(again["first_due_at"]) == due, "what was promised first stays on record"
    assert len(disposal(again)) == 1


async def test_another_squads_clock_starts_anew(people: Crew, dispatcher: Sender, clock: TickingClock) -> None:
    case = await dispatched(people)
    limit = when(case["due_at"]) - clock.now
    clock.forward(minutes=70)
    await do(people.squad_a, case, "return", reason="不归我们")
    again = await do(dispatcher, case, "dispatch", data={"squad": "T-B"})
    assert again["squad"]["code"] == "T-B"
    assert when(again["due_at"]) == clock.now + limit
    assert [one["stopped_at"] is None for one in disposal(again)] == [False, True]
    assert [one["id"] for one in (await people.squad_b.get("queue"))["items"]] == [case["id"]]


async def test_an_unknown_squad_gets_nothing(people: Crew, dispatcher: Sender) -> None:
    case = await dispatched(people)
    await do(people.squad_a, case, "return", reason="不归我们")
    assert await refused(dispatcher, case, "dispatch", data={"squad": "NOBODY"}) == "unknown_squad"


async def test_an_extension_is_asked_for_granted_and_both_due_times_stay(
    people: Crew, dispatcher: Sender, clock: TickingClock
) -> None:
    case = await dispatched(people)
    due = when(case["due_at"])
    asked = await do(people.squad_a, case, "request_extension", reason="井盖要订做")
    assert (asked["pending"], asked["request"]["reason"]) == ("extension", "井盖要订做")
    assert asked["due_at"] == case["due_at"], "asking moves nothing"
    assert await refused(people.squad_a, case, "request_extension", reason="再问") == "already_pending"
    granted = await do(dispatcher, case, "grant_extension")
    assert granted["pending"] is None and granted["extensions"] == 1
    assert when(granted["due_at"]) > due
    assert when(granted["first_due_at"]) == due


async def test_a_refused_extension_moves_nothing_and_says_why(people: Crew, dispatcher: Sender) -> None:
    case = await dispatched(people)
    await do(people.squad_a, case, "request_extension", reason="人手不够")
    assert await refused(dispatcher, case, "deny") == "reason_required"
    denied = await do(dispatcher, case, "deny", reason="今天能办完")
    assert (denied["pending"], denied["due_at"], denied["extensions"]) == (None, case["due_at"], 0)
    assert denied["history"][-1]["reason"] == "今天能办完"
    assert await refused(dispatcher, case, "grant_extension") == "nothing_pending"


async def test_no_extension_after_the_limit_and_no_third(people: Crew, dispatcher: Sender, clock: TickingClock) -> None:
    case = await dispatched(people)
    for _ in range(2):
        await do(people.squad_a, case, "request_extension", reason="等材料")
        await do(dispatcher, case, "grant_extension")
    assert await refused(people.squad_a, case, "request_extension", reason="等材料") == "used_up"
    late = await people.squad_a.case(case["id"])
    clock.now = when(late["due_at"]) + timedelta(minutes=1)
    assert await refused(people.squad_a, case, "request_extension", reason="等材料") == "too_late"


async def test_an_answer_made_before_an_extension_was_granted_still_counts(people: Crew, dispatcher: Sender) -> None:
    before = await dispatched(people)
    await do(people.squad_a, before, "request_extension", reason="等材料")
    await do(dispatcher, before, "grant_extension")
    answer = await people.squad_a.move(before, "respond", jpeg("green"))
    assert answer.json()["state"] == "applied"


async def test_a_suspended_case_rests_and_goes_on_by_itself_with_its_time(
    people: Crew, dispatcher: Sender, clock: TickingClock, sessions: Sessions
) -> None:
    case = await dispatched(people)
    left = when(case["due_at"]) - clock.now
    await do(people.squad_a, case, "request_suspension", reason="等停水", data={"until": "2026-12-01"})
    resting = await do(dispatcher, case, "grant_suspension")
    assert (resting["state"], resting["overdue"]) == ("suspended", False)
    assert when(resting["resume_at"]) == datetime.fromisoformat("2026-12-01T00:00:00+08:00")
    assert (await people.squad_a.get("queue"))["items"] == []
    await tick(Transactions(sessions), when(resting["resume_at"]) - timedelta(minutes=1))
    assert (await people.squad_a.case(case["id"]))["state"] == "suspended"
    clock.now = when(resting["resume_at"])
    for _ in range(2):
        await tick(Transactions(sessions), clock.now)
    awake = await people.squad_a.case(case["id"])
    assert awake["state"] == "in_progress"
    assert when(awake["due_at"]) - clock.now == left, "an emergency limit runs on at once, with what was left"
    assert [row["action"] for row in awake["history"]].count("resume") == 1
    assert (
        await refused(people.squad_a, case, "request_suspension", reason="再等", data={"until": "2026-12-09"})
        == "used_up"
    )


@pytest.mark.parametrize("until", ["2026-11-24", "2026-11-01", "2028-01-01", "soon"])
async def test_a_day_that_is_no_day_to_rest_until_is_refused(people: Crew, until: str) -> None:
    case = await dispatched(people)
    assert await refused(people.squad_a, case, "request_deferral", reason="等雨停", data={"until": until}) == "bad_data"


async def test_time_under_check_is_not_the_squads(people: Crew, clock: TickingClock) -> None:
    case = await dispatched(people)
    due = when(case["due_at"])
    clock.forward(minutes=20)
    await do(people.squad_a, case, "respond", jpeg("green"))
    clock.forward(minutes=45)
    again = await do(people.inspector, case, "check_fail", reason="没盖稳")
    assert (again["state"], again["rework"]) == ("dispatched", 1)
    assert when(again["due_at"]) == due + timedelta(minutes=45)


async def test_a_late_case_is_appealed_once_and_its_true_times_stay(
    people: Crew, captain: Sender, leader: Sender, clock: TickingClock
) -> None:
    case = await dispatched(people)
    clock.now = when(case["due_at"]) + timedelta(minutes=5)
    await do(people.squad_a, case, "respond", jpeg("green"))
    closed = await do(people.inspector, case, "check_pass")
    assert (closed["state"], closed["on_time"]) == ("closed", False)
    assert await refused(people.squad_a, case, "appeal", reason="封路") == "wrong_role", "its leader speaks for a squad"
    await do(captain, case, "appeal", reason="封路进不去")
    after = await do(leader, case, "grant_appeal")
    assert (after["appealed"], after["on_time"]) == ("granted", False)
    assert await refused(captain, case, "appeal", reason="再来") == "no_appeal"


async def test_a_case_closed_in_time_cannot_be_appealed(people: Crew, captain: Sender) -> None:
    case = await dispatched(people)
    await do(people.squad_a, case, "respond", jpeg("green"))
    closed = await do(people.inspector, case, "check_pass")
    assert closed["on_time"] is True
    assert await refused(captain, case, "appeal", reason="想申诉") == "no_appeal"


async def test_a_leader_closes_by_force_and_opens_again_with_a_reason(
    people: Crew, leader: Sender, clock: TickingClock
) -> None:
    case = await dispatched(people)
    assert await refused(leader, case, "force_close") == "reason_required"
    closed = await do(leader, case, "force_close", reason="与街道合并处理")
    assert (closed["state"], closed["forced"]) == ("closed", True)
    clock.forward(hours=1)
    again = await do(leader, case, "reopen", reason="没有合并")
    assert (again["state"], again["reopened"], again["forced"]) == ("dispatched", 1, False)
    assert when(again["due_at"]) - clock.now == when(case["due_at"]) - when(case["filed_at"]), "the whole limit again"


async def test_a_squad_leader_puts_one_of_his_own_in_charge(people: Crew, captain: Sender) -> None:
    case = await dispatched(people)
    given = await do(captain, case, "assign", data={"person": str(people.squad_a.person_id)})
    assert given["assigned_to"]["name"]
    assert await refused(captain, case, "assign", data={"person": str(people.squad_b.person_id)}) == "not_of_the_squad"


async def test_verification_before_filing(people: Crew, app: Litestar, session: AsyncSession) -> None:
    receipt = await people.citizen.report(category=MANHOLE)
    case = (await people.operator.get("inbox"))["items"][0]
    await people.operator.move(case, "verify")
    assert (await people.operator.get("inbox"))["items"] == []
    task = (await people.inspector.get("checks"))["items"][0]
    assert (task["id"], task["task"]["kind"]) == (case["id"], "verify_before_filing")
    assert await refused(people.inspector, task, "verify_true") == "photo_required"
    answer = await people.inspector.move(
        await people.inspector.case(task["id"]),
        "verify_false",
        jpeg("gray"),
        reason="已经修好",
        data={"result": "already_gone"},
    )
    assert answer.json()["state"] == "applied"
    back = (await people.operator.get("inbox"))["items"][0]
    assert (back["state"], back["flags"]) == ("submitted", ["not_verified"])
    history = (await people.operator.case(case["id"]))["history"]
    assert history[-1]["data"]["result"] == "already_gone"
    await people.operator.move(await people.operator.case(case["id"]), "refuse", reason="现场已恢复")
    tracking = await people.citizen.get(f"tracking/{receipt['public_ref']}")
    assert tracking["refusal"]["reason"] == "现场已恢复"


async def test_the_numbers_of_the_process_are_data(people: Crew, session: AsyncSession) -> None:
    await session.execute(text("insert into process_rule values ('extensions_max', '2026-01-01', 0)"))
    await session.commit()
    case = await dispatched(people)
    assert await refused(people.squad_a, case, "request_extension", reason="等材料") == "used_up"
