"""Whoever was drawn and cannot go hands the task over, with a reason; the lot falls again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import NotYourTask
from backend.cases.models import CaseTask
from backend.cases.tasks import following
from backend.core.auth import Person
from backend.core.errors import DomainError, NotFound
from backend.dispatch.moves import lock_case


class NobodyElse(DomainError):
    """Nobody else is on duty who may do it."""

    status, code = 422, "nobody_else"


async def hand_over(session: AsyncSession, task_id: UUID, person: Person, reason: str, now: datetime) -> None:
    """Let the open task `task_id` of `person` fall on somebody else. It stays due when it was.

    Raises NotFound, NotYourTask, NobodyElse.
    """
    task = await session.get(CaseTask, task_id)
    if task is None or task.state != "open":
        raise NotFound()
    if task.person_id != person.id:
        raise NotYourTask()
    case = await lock_case(session, task.case_id)
    await session.refresh(task)
    if task.state != "open":
        raise NotFound()
    if not await following.draw_again(session, case, task, "handed_over", now, task.due_at, reason):
        raise NobodyElse()
