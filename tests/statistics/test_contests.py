"""Everybody sees the cases behind their own figures and can say that one does not belong there."""

from datetime import timedelta
from typing import Any

import httpx
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from backend.core.roles import Role
from tests.make import Sender, local, make_world, staff

CONTESTS = "/api/v1/statistics/contests"


async def late_case(session: AsyncSession, sender: Sender) -> str:
    """A case that this person answered, closed late in November."""
    case_id, due = uuid7(), local(10, 9)
    await session.execute(
        text(
            "insert into cases (id, rev, description, number, state, source, squad_code, submitted_at, filed_at,"
            " due_at, responded_at, responded_by, closed_at, on_time, updated_at) values (:id, 1, '', :number,"
            " 'closed', 'citizen', 'T-A', :due, :due, :due, :late, :person, :late, false, :late)"
        ),
        {
            "id": case_id, "number": str(case_id), "due": due, "late": due + timedelta(hours=9),
            "person": sender.person_id,
        },
    )  # fmt: skip
    await session.commit()
    return str(case_id)


async def say(sender: Sender, case_id: str, **changes: Any) -> httpx.Response:
    said = {"indicator": "on_time", "period": "2026-11", "case_id": case_id, "reason": "道路封闭", **changes}
    return await sender.client.post(CONTESTS, json=said)


async def test_the_one_who_answered_it_contests_a_case_and_reads_the_answer(
    app: Litestar, session: AsyncSession
) -> None:
    await make_world(session)
    member = await staff(app, session, "a1", Role.SQUAD_MEMBER, "T-A")
    chief = await staff(app, session, "chief", Role.SHIFT_LEADER)
    case_id = await late_case(session, member)
    first, again = await say(member, case_id), await say(member, case_id, reason="again")
    assert first.status_code == again.status_code == 201, first.text
    assert first.json() == again.json(), "said once"

    (waiting,) = (await chief.get("statistics/contests"))["items"]
    assert (waiting["number"], waiting["reason"], waiting["state"]) == (case_id, "道路封闭", "open")
    path = f"{CONTESTS}/{waiting['id']}/answer"
    assert (await member.client.post(path, json={"upheld": True, "answer": "yes"})).status_code == 403
    done = await chief.client.post(path, json={"upheld": False, "answer": "当日可绕行"})
    assert done.json()["state"] == "dismissed"
    assert (await chief.client.post(path, json={"upheld": True, "answer": "no"})).json()["code"] == "answered"
    assert (await chief.get("statistics/contests"))["items"] == []
    (mine,) = (await member.get("statistics/contests"))["items"]
    assert mine["answer"] == "当日可绕行"


async def test_his_squads_leader_may_and_nobody_else(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    member = await staff(app, session, "a1", Role.SQUAD_MEMBER, "T-A")
    case_id = await late_case(session, member)
    leader = await staff(app, session, "la", Role.SQUAD_LEADER, "T-A")
    colleague = await staff(app, session, "a2", Role.SQUAD_MEMBER, "T-A")
    stranger = await staff(app, session, "lb", Role.SQUAD_LEADER, "T-B")
    assert (await say(leader, case_id)).status_code == 201
    for sender in (colleague, stranger):
        assert (await say(sender, case_id)).json()["code"] == "not_your_figure"


async def test_only_a_case_of_that_figure_and_only_with_a_reason(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    member = await staff(app, session, "a1", Role.SQUAD_MEMBER, "T-A")
    case_id = await late_case(session, member)
    assert (await say(member, case_id, period="2026-10")).json()["code"] == "not_your_figure"
    assert (await say(member, case_id, indicator="self_handled")).json()["code"] == "not_your_figure"
    assert (await say(member, case_id, reason=" ")).json()["code"] == "reason_required"
    assert (await say(member, str(uuid7()))).json()["code"] == "not_your_figure"
