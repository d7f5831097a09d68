"""Escalation: the handler alone before it is late, posts afterwards, once, and nobody asleep."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.db import Sessions, Transactions
from backend.core.roles import Role
from backend.dispatch.timer import tick
from backend.notifications.telling import tell
from tests.conftest import TickingClock
from tests.make import MANHOLE, RUBBISH, Crew, Sender, crew, jpeg, local, make_world, staff


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


@pytest.fixture
async def desk(app: Litestar, session: AsyncSession, people: Crew) -> dict[str, Sender]:
    roles = (Role.DISPATCHER, Role.SHIFT_LEADER, Role.LEADER)
    found = {role.value: await staff(app, session, f"the-{role.value}", role) for role in roles}
    return {**found, "squad_leader": await staff(app, session, "captain", Role.SQUAD_LEADER, "T-A")}


async def run(sessions: Sessions, clock: TickingClock, *, ticks: int = 2) -> int:
    """The timer twice, as after a restart, then the jobs it left, twice too; how many steps were new."""
    taken = 0
    for _ in range(ticks):
        taken += (await tick(Transactions(sessions), clock.now)).escalated
    async with Transactions(sessions)() as session:
        statement = text(
            "delete from pgqueuer where entrypoint = 'message.tell' returning convert_from(payload, 'utf8')"
        )
        jobs = [json.loads(row) for row in (await session.execute(statement)).scalars()]
        for job in jobs * 2:
            await tell(session, job, clock.now)
    return taken


async def told(who: Sender, *kinds: str) -> list[tuple[str, Any]]:
    items = (await who.get("messages"))["items"]
    return [(one["kind"], one["data"].get("percent")) for one in items if one["kind"] in kinds]


async def case_of(people: Crew, category: str = RUBBISH, condition: str | None = None) -> dict[str, Any]:
    await people.inspector.report(category=category, condition=condition)
    case: dict[str, Any] = (await people.squad_a.get("queue"))["items"][0]
    return case


LATE = ("urge", "supervise")


async def test_before_the_limit_only_the_squad_hears_of_it_and_only_once(
    people: Crew, desk: dict[str, Sender], sessions: Sessions, clock: TickingClock
) -> None:
    await case_of(people)  # four working hours from 10:00: due at 16:00
    clock.now = local(24, 14, 59)
    await people.squad_a.move((await people.squad_a.get("queue"))["items"][0], "accept")
    assert await run(sessions, clock) == 0
    clock.now = local(24, 15, 0)
    assert await run(sessions, clock) == 1
    assert await run(sessions, clock) == 0
    assert await told(people.squad_a, *LATE) == [("urge", 75)]
    for post in desk.values():
        assert await told(post, "supervise") == []


async def test_afterwards_posts_hear_of_it_in_one_digest(
    people: Crew, desk: dict[str, Sender], sessions: Sessions, clock: TickingClock
) -> None:
    await case_of(people)
    clock.now = local(24, 16, 10)
    await run(sessions, clock)
    assert await told(desk["dispatcher"], "supervise") == [], "it waits for the digest"
    clock.now = local(24, 17, 0)
    assert await told(desk["dispatcher"], "supervise") == [("supervise", 100)]
    assert await told(desk["squad_leader"], "supervise") == [("supervise", 100)]
    assert await told(desk["leader"], "supervise") == []
    clock.now = local(25, 9, 0)
    await run(sessions, clock)
    clock.now = local(25, 18, 0)
    assert ("supervise", 150) in await told(desk["shift_leader"], "supervise")


async def test_an_answered_case_escalates_no_more(
    people: Crew, desk: dict[str, Sender], sessions: Sessions, clock: TickingClock
) -> None:
    case = await case_of(people)
    await people.squad_a.move(case, "respond", jpeg("green"))
    clock.now = local(27, 12, 0)
    await run(sessions, clock)
    assert await told(people.squad_a, *LATE) == []
    history = (await people.operator.case(case["id"]))["history"]
    assert [row["data"]["stage"] for row in history if row["action"] in LATE] == ["check"]


async def test_what_was_escalated_stands_in_the_history(people: Crew, sessions: Sessions, clock: TickingClock) -> None:
    case = await case_of(people)
    clock.now = local(24, 16, 10)
    await run(sessions, clock)
    history = (await people.operator.case(case["id"]))["history"]
    steps = [(row["action"], row["data"]["percent"], row["data"]["tell"]) for row in history if row["action"] in LATE]
    assert ("urge", 75, "handler") in steps and ("supervise", 100, "dispatcher") in steps


async def shift(session: AsyncSession, who: Sender, kind: str, since: datetime, hours: float) -> None:
    await session.execute(
        text(
            "insert into duty_time (id, person_id, kind, starts_at, ends_at, note)"
            " values (gen_random_uuid(), :who, :kind, :since, :until, '')"
        ),
        {"who": who.person_id, "kind": kind, "since": since, "until": since + timedelta(hours=hours)},
    )
    await session.commit()


async def test_nobody_asleep_is_told_until_his_shift_begins(
    people: Crew, desk: dict[str, Sender], sessions: Sessions, session: AsyncSession, clock: TickingClock
) -> None:
    await shift(session, desk["dispatcher"], "shift", local(24, 8), 4)
    await shift(session, desk["dispatcher"], "shift", local(25, 8), 8)
    await case_of(people)
    clock.now = local(24, 16, 10)
    await run(sessions, clock)
    clock.now = local(25, 7, 59)
    assert await told(desk["dispatcher"], "supervise") == []
    clock.now = local(25, 8, 0)
    assert await told(desk["dispatcher"], "supervise") == [("supervise", 100)]


async def test_an_emergency_wakes_whoever_is_on_call(
    people: Crew, desk: dict[str, Sender], sessions: Sessions, session: AsyncSession, clock: TickingClock
) -> None:
    clock.now = local(24, 22, 0)
    await shift(session, desk["dispatcher"], "shift", local(24, 8), 8)
    await shift(session, desk["dispatcher"], "shift", local(25, 8), 8)
    await shift(session, desk["dispatcher"], "on_call", local(24, 18), 12)
    await case_of(people, MANHOLE, "01")  # two hours, through the night
    clock.now = local(25, 0, 1)
    await run(sessions, clock)
    assert await told(desk["dispatcher"], "supervise") == [("supervise", 100)]
