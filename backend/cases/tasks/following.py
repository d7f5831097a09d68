"""The tasks of a case follow its state: entering `verifying` or `responded` draws somebody, leaving it settles that."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.lifecycle import Action, State
from backend.cases.models import Case, CaseTask
from backend.cases.tasks.draw import draw
from backend.cases.tasks.policy import LOT, Kind, Mode, Situation, mode_for
from backend.catalogue.process import process
from backend.core.jobs import enqueue
from backend.territory.district import district_facts

KIND_OF: dict[State, Kind] = {State.VERIFYING: "verify_before_filing", State.RESPONDED: "check_after_disposal"}
VERIFYING = frozenset({Action.VERIFY_TRUE, Action.VERIFY_FALSE})
CHECKING = frozenset({Action.CHECK_PASS, Action.CHECK_FAIL, Action.CHECK_CANNOT_FIND})
RESULTS = VERIFYING | CHECKING
CLOSE_M = 30.0
"""An after-photo taken farther from the place than this does not speak for itself, metres (domain.md §1.8)."""


async def follow(
    session: AsyncSession, case: Case, before: State, action: Action, person_id: UUID | None, at: datetime
) -> None:
    """Settle the open task that `action` answers or makes pointless, and draw for the state the case is in now.

    The clocks of the case have followed already: a task is due when its stage's clock is.
    """
    after = State(case.state)
    result = f"{action}" if action in RESULTS else None
    task = await open_task(session, case.id)
    if task is not None and (after is not before or result):
        task.state = "done" if result else "recalled"
        task.result, task.done_at, task.done_by = result, at, person_id if result else None
    if action is Action.CHECK_PASS and after is State.CLOSED and before is State.RESPONDED:
        await _second_look(session, case, person_id, at)
    clarified = action is Action.CLARIFY and after is State.RESPONDED
    if after in KIND_OF and (after is not before or clarified):
        await make(session, case, KIND_OF[after], at)
    await session.flush()


async def open_task(session: AsyncSession, case_id: UUID) -> CaseTask | None:
    """The task of a case that waits for an answer; there is at most one."""
    statement = select(CaseTask).where(CaseTask.case_id == case_id, CaseTask.state == "open")  # type: ignore[arg-type]
    return (await session.execute(statement)).scalars().one_or_none()


async def make(session: AsyncSession, case: Case, kind: Kind, at: datetime) -> CaseTask:
    """Draw somebody for `case` (its clocks have followed) and tell him. A desk task is nobody's in particular."""
    day = (await district_facts(session)).local_day(at)
    rules = (await process(session, day)).rules
    mode: Mode = "on_the_spot" if kind == "verify_before_filing" else await _mode(session, case, kind, at)
    checked = case.responded_squad if kind == "check_after_disposal" else None
    due_at = await _due(session, case, kind, at)
    task = CaseTask(case_id=case.id, kind=kind, mode=mode, squad_code=checked, drawn_at=at, due_at=due_at)
    if mode == "on_the_spot":
        lot = await draw(session, case, at, day, pair_cap=rules.pair_cap)
        task.person_id, task.pool = lot.person_id, lot.pool
    session.add(task)
    await session.flush()
    await tell(session, task)
    return task


async def draw_again(
    session: AsyncSession, case: Case, task: CaseTask, state: str, at: datetime, due_at: datetime, reason: str = ""
) -> bool:
    """Let an open walk fall on somebody else, and say whether there is anybody; the old task ends in `state`."""
    day = (await district_facts(session)).local_day(at)
    rules = (await process(session, day)).rules
    without = frozenset({task.person_id} if task.person_id else ())
    lot = await draw(session, case, at, day, pair_cap=rules.pair_cap, without=without)
    if lot.person_id is None:
        return False
    task.state, task.done_at, task.reason = state, at, reason
    fresh = CaseTask(
        case_id=case.id, kind=task.kind, blind=task.blind, squad_code=task.squad_code, person_id=lot.person_id,
        pool=lot.pool, drawn_at=at, due_at=due_at,
    )  # fmt: skip
    session.add(fresh)
    await session.flush()
    await tell(session, fresh)
    return True


async def tell(session: AsyncSession, task: CaseTask) -> None:
    """Let whoever was drawn hear of it."""
    if task.person_id is not None:
        told = {"kind": "task", "case": str(task.case_id), "person": str(task.person_id), "about": f"task/{task.id}"}
        await enqueue(session, "message.tell", {**told, "data": {"task": task.kind, "due_at": task.due_at.isoformat()}})


async def _second_look(session: AsyncSession, case: Case, checked_by: UUID | None, at: datetime) -> None:
    """A share of what passed is seen again by somebody who does not know of it (5 % by default)."""
    day = (await district_facts(session)).local_day(at)
    rules = (await process(session, day)).rules
    if LOT.random() * 100 >= rules.second_look_percent:
        return
    without = frozenset({checked_by} if checked_by else ())
    lot = await draw(session, case, at, day, pair_cap=rules.pair_cap, without=without)
    if lot.person_id is None:
        return
    task = CaseTask(
        case_id=case.id, kind="check_after_disposal", blind=True, person_id=lot.person_id, pool=lot.pool,
        squad_code=case.responded_squad, drawn_at=at, due_at=await _due(session, case, "check_after_disposal", at),
    )  # fmt: skip
    session.add(task)
    await session.flush()
    await tell(session, task)


async def _due(session: AsyncSession, case: Case, kind: Kind, at: datetime) -> datetime:
    """When the stage's latest clock is due."""
    stage = "verify" if kind == "verify_before_filing" else "check"
    statement = text("select due_at from case_clock where case_id = :id and stage = :stage order by id desc limit 1")
    found: datetime | None = (await session.execute(statement, {"id": case.id, "stage": stage})).scalar_one_or_none()
    return found or at


async def _mode(session: AsyncSession, case: Case, kind: Kind, at: datetime) -> Mode:
    statement = text(
        "select (data->>'distance_m')::float8 from case_history where case_id = :id and action = 'respond'"
        " order by id desc limit 1"
    )
    distance = (await session.execute(statement, {"id": case.id})).scalar_one_or_none()
    confidence: Literal["high", "low"] = "high" if distance is not None and distance <= CLOSE_M else "low"
    day = (await district_facts(session)).local_day(at)
    return await mode_for(session, kind, Situation(case.source, case.class_code, confidence), day)
