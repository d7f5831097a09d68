"""The timer: escalates what is late, lets resting cases go on, draws again where a task was not done.

It runs each minute in the worker. Each case is its own transaction, and what was done is written with it, so that a
restart in the middle loses nothing and does nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.cases import clocks, rules
from backend.cases.history import SYSTEM, record
from backend.cases.lifecycle import RESTING, Action, State, next_move
from backend.cases.models import Case, CaseClock, CaseEscalation, CaseTask
from backend.cases.tasks import following as tasks
from backend.catalogue.process import Step, process
from backend.catalogue.service import use_calendar
from backend.core.db import Transactions
from backend.core.jobs import enqueue
from backend.core.roles import Role
from backend.territory.district import district_facts

log = structlog.get_logger()
BATCH = 500
EXPIRES_AFTER = timedelta(hours=24)
"""A task that has lain so long past its due time is drawn again for somebody else."""

_STEPS = text("select id, case_id from case_clock where next_step_at <= :now order by next_step_at limit :most")
_RESTED = text(
    "select id from cases where state in ('suspended', 'deferred') and resume_at <= :now order by resume_at limit :most"
)
_LAIN = text(
    """
    select id, case_id from case_task where state = 'open' and not blind and mode = 'on_the_spot'
      and (due_at < :expired or (person_id is null and drawn_at < :a_while_ago))
    order by due_at limit :most
    """
)


@dataclass
class Ticked:
    """What one run did."""

    escalated: int = 0
    resumed: int = 0
    redrawn: int = 0


async def tick(transactions: Transactions, now: datetime) -> Ticked:
    """One run at `now`: everything that has become due until then, oldest first, up to BATCH of each kind."""
    done = Ticked()
    for clock_id, case_id in await _find(transactions, _STEPS, now=now):
        async with transactions() as session:
            done.escalated += await _escalate(session, case_id, clock_id, now)
    for (case_id,) in await _find(transactions, _RESTED, now=now):
        async with transactions() as session:
            done.resumed += await _resume(session, case_id, now)
    lain = {"expired": now - EXPIRES_AFTER, "a_while_ago": now - timedelta(minutes=5)}
    for task_id, case_id in await _find(transactions, _LAIN, **lain):
        async with transactions() as session:
            done.redrawn += await _draw_again(session, case_id, task_id, now)
    return done


async def _find(transactions: Transactions, query: Any, **values: Any) -> list[Any]:
    async with transactions() as session:
        return list((await session.execute(query, {**values, "most": BATCH})).all())


async def _escalate(session: AsyncSession, case_id: UUID, clock_id: int, now: datetime) -> int:
    """Take the steps of a clock that are due; the number of those that are new."""
    case = await session.get(Case, case_id, with_for_update=True)
    clock = await session.get(CaseClock, clock_id)
    if case is None or clock is None or clock.running_since is None or clock.next_step_at is None:
        return 0
    calendar = await use_calendar(session, now)
    numbers = await process(session, (await district_facts(session)).local_day(now))
    reading = clocks.reading(clock)
    taken = 0
    for step in numbers.steps(clock.stage):
        due = rules.next_step(calendar, reading, [step.percent])
        if due is not None and due <= now and await _take(session, case, clock, step, now):
            taken += 1
    await clocks.plan_step(session, clock, calendar, numbers)
    return taken


async def _take(session: AsyncSession, case: Case, clock: CaseClock, step: Step, now: datetime) -> bool:
    """One step, once: the row's key decides. History has it, and whoever it names is told."""
    values = {
        "clock_id": clock.id, "step": step.name, "case_id": case.id, "at": now, "level": step.level, "tell": step.tell,
    }  # fmt: skip
    written = await session.execute(
        insert(CaseEscalation).values(values).on_conflict_do_nothing().returning(col(CaseEscalation.step))
    )
    if written.scalar_one_or_none() is None:
        return False
    kind = "supervise" if step.level else "urge"
    data = {"stage": clock.stage, "percent": step.percent, "level": step.level, "tell": step.tell}
    await record(session, case.id, now, kind, case.state, case.state, SYSTEM, squad_code=case.squad_code, data=data)
    told = {
        "kind": kind, "case": str(case.id), "about": f"clock/{clock.id}/{step.name}", "tell": step.tell,
        "squad": clock.squad_code, "digest": step.level > 0, "data": {**data, "due_at": clock.due_at.isoformat()},
    }  # fmt: skip
    await enqueue(session, "message.tell", told)
    return True


async def _resume(session: AsyncSession, case_id: UUID, now: datetime) -> int:
    """A resting case goes on by itself on its day, by the move `resume` of the table."""
    case = await session.get(Case, case_id, with_for_update=True)
    if case is None or State(case.state) not in RESTING or case.resume_at is None or case.resume_at > now:
        return 0
    before = State(case.state)
    move = next_move(before, Action.RESUME, frozenset({Role.SYSTEM}))
    case.state, case.resume_at = move.to, None
    case.rev += 1
    case.updated_at = now
    await clocks.follow(session, case, now)
    await record(session, case.id, now, Action.RESUME, before, case.state, SYSTEM, squad_code=case.squad_code)
    about = f"resume/{case.id}/{case.rev}"
    await enqueue(session, "message.tell", {"kind": "resumed", "case": str(case.id), "about": about, "tell": "handler"})
    return 1


async def _draw_again(session: AsyncSession, case_id: UUID, task_id: UUID, now: datetime) -> int:
    """A task that lay too long, or that nobody could be drawn for, falls on somebody else, if there is anybody."""
    case = await session.get(Case, case_id, with_for_update=True)
    task = await session.get(CaseTask, task_id)
    if case is None or task is None or task.state != "open":
        return 0
    due_at = max(task.due_at, now + timedelta(hours=1))
    return int(await tasks.draw_again(session, case, task, "expired", now, due_at))
