"""A trifle handled on the spot (自处置) goes from submitted to closed with its photos, by the table of moves."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import SELF_HANDLED
from backend.cases.history import Actor, record
from backend.cases.lifecycle import Action, State, next_move
from backend.cases.models import Case
from backend.core.roles import Role
from backend.reports.models import Report


async def close_self_handled(session: AsyncSession, case: Case, report: Report, now: datetime) -> None:
    """Close `case` (locked) by the move `self_handle`: no number, no squad, one history row.

    A report whose before or after turned out to be no photo proves nothing: it loses the flag and waits for the
    operator like any other.
    """
    role = Role((await session.execute(_ROLE, {"case": case.id})).scalar_one())
    actor = Actor(role, report.captured_by, report.device_id)
    before = State(case.state)
    move = next_move(before, Action.SELF_HANDLE, frozenset({role}))
    shown = set((await session.execute(_SHOWN, {"report": report.id})).scalars())
    case.rev += 1
    if move.photo and shown != {"before", "after"}:
        case.flags = [flag for flag in case.flags if flag != SELF_HANDLED]
        await record(session, case.id, now, Action.SELF_HANDLE, before, before, actor, reason="photo_required")
        return
    case.state, case.closed_at = move.to, now
    await record(session, case.id, now, Action.SELF_HANDLE, before, move.to, actor)


_ROLE = text("select actor_role from case_history where case_id = :case and action = 'submit' order by id limit 1")
_SHOWN = text("select distinct role from photo where intake_id = :report and slot <> 'refused' and role <> 'voice'")
