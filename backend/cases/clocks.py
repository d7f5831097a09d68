"""The clocks of a case follow its state: `follow` starts, stops, pauses and resumes them by lifecycle.CLOCKS."""

from datetime import datetime
from typing import cast

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases import rules
from backend.cases.lifecycle import CLOCKS, KEPT, OPEN, Stage, State
from backend.cases.models import Case, CaseClock
from backend.cases.rules import Reading
from backend.catalogue.process import Process, process
from backend.catalogue.service import use_calendar
from backend.core.worktime import Calendar, Limit, Unit, length
from backend.territory.district import district_facts

_TAKEN = text("select step from case_escalation where clock_id = :clock")


async def follow(session: AsyncSession, case: Case, at: datetime) -> None:
    """Bring the clocks of `case` (locked, its new state set) in line with its state at `at`.

    The disposal clock of the same squad goes on where it stood; another squad's starts anew with the whole limit
    (domain.md §1.5). Sets `case.due_at` and, the first time, `case.first_due_at`.
    """
    state = State(case.state)
    wanted = CLOCKS.get(state, frozenset())
    living = await _living(session, case)
    if not living and not wanted:
        return
    calendar = await use_calendar(session, at)
    numbers = await process(session, (await district_facts(session)).local_day(at))
    for stage, clock in living.items():
        if stage not in wanted:
            keep = stage in KEPT and state in OPEN and not (stage is Stage.INTAKE and case.filed_at is not None)
            _halt(clock, calendar, at, over=not keep)
        elif stage is Stage.DISPOSAL and clock.squad_code != case.squad_code:
            _halt(clock, calendar, at, over=True)
    for stage in sorted(wanted):
        had = living.get(stage)
        if had is None or had.stopped_at is not None:
            clock = _start(session, case, stage, _limit_of(case, stage, numbers), calendar, at)
        else:
            clock = had
            _write(clock, rules.resumed(calendar, reading(clock), at), calendar)
        await session.flush()
        await plan_step(session, clock, calendar, numbers)
        if stage is Stage.DISPOSAL:
            case.due_at = clock.due_at
            case.first_due_at = case.first_due_at or clock.first_due_at


async def extend(session: AsyncSession, case: Case, percent: int, at: datetime) -> float:
    """Lengthen the disposal clock of `case` (locked) by `percent` of its limit; the seconds it gained, of its unit."""
    clock = (await _living(session, case))[Stage.DISPOSAL]
    calendar = await use_calendar(session, at)
    gained = length(calendar, limit_of(clock)).total_seconds() * percent / 100
    _write(clock, rules.lengthened(calendar, reading(clock), gained), calendar)
    case.due_at = clock.due_at
    await plan_step(session, clock, calendar, await process(session, (await district_facts(session)).local_day(at)))
    return gained


async def plan_step(session: AsyncSession, clock: CaseClock, calendar: Calendar, numbers: Process) -> None:
    """Set when the timer must look at this clock next: at its earliest step that has not been taken."""
    taken = set((await session.execute(_TAKEN, {"clock": clock.id})).scalars())
    left = [step.percent for step in numbers.steps(clock.stage) if step.name not in taken]
    clock.next_step_at = rules.next_step(calendar, reading(clock), left)


def reading(clock: CaseClock) -> Reading:
    """The row as numbers."""
    return Reading(cast(Unit, clock.limit_unit), clock.allowed_s, clock.used_s, clock.running_since, clock.due_at)


def limit_of(clock: CaseClock) -> Limit:
    return Limit(clock.limit_amount, cast(Unit, clock.limit_unit))


async def _living(session: AsyncSession, case: Case) -> dict[Stage, CaseClock]:
    """The clocks that are not over; there is at most one of a stage."""
    statement = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))  # type: ignore[arg-type,union-attr]
    return {Stage(clock.stage): clock for clock in (await session.execute(statement)).scalars()}


def _limit_of(case: Case, stage: Stage, numbers: Process) -> Limit:
    if stage is Stage.DISPOSAL:
        assert case.limit_amount is not None and case.limit_unit is not None, "a filed case has its limit"
        return Limit(case.limit_amount, cast(Unit, case.limit_unit))
    return numbers.limit(stage, case.class_code)


def _start(
    session: AsyncSession, case: Case, stage: Stage, limit: Limit, calendar: Calendar, at: datetime
) -> CaseClock:
    fresh = rules.started(calendar, at, limit)
    clock = CaseClock(
        case_id=case.id,
        stage=stage,
        squad_code=case.squad_code if stage in (Stage.ACCEPT, Stage.DISPOSAL) else None,
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        allowed_s=fresh.allowed_s,
        started_at=at,
        running_since=at,
        first_due_at=fresh.due_at,
        due_at=fresh.due_at,
        calendar_version=calendar.version,
    )
    session.add(clock)
    return clock


def _halt(clock: CaseClock, calendar: Calendar, at: datetime, *, over: bool) -> None:
    _write(clock, rules.paused(calendar, reading(clock), at), calendar)
    clock.next_step_at = None
    if over:
        clock.stopped_at = at


def _write(clock: CaseClock, numbers: Reading, calendar: Calendar) -> None:
    clock.allowed_s, clock.used_s = numbers.allowed_s, numbers.used_s
    clock.running_since, clock.due_at = numbers.running_since, numbers.due_at
    clock.calendar_version = calendar.version
