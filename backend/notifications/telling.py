"""Who is told what, and when: the handler at once, posts when they are on duty and in digests, nobody asleep."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.catalogue.process import process
from backend.catalogue.service import working_calendar
from backend.core.roles import SQUAD_ROLES, Role
from backend.core.worktime import EMERGENCY
from backend.identity.roster import OnDuty, holders
from backend.notifications.models import Message
from backend.territory.district import district_facts

HANDLER = "handler"
_CASE = text("select squad_code, assigned_to, limit_unit from cases where id = :id")


@dataclass(frozen=True)
class Recipient:
    person_id: UUID
    visible_at: datetime


async def tell(session: AsyncSession, told: dict[str, Any], at: datetime) -> int:
    """Write the messages of one job and say how many are new. Safe to run twice.

    `told`: kind, about (unique with the person), data, case (its id or none), and either `person` or `tell`: the
    handler (whoever has it in hand, else all of the squad on duty) or a post. `digest`: what can wait for one.
    """
    case_id = UUID(told["case"]) if told.get("case") else None
    recipients = await _recipients(session, told, case_id, at)
    if not recipients:
        return 0
    rows = [
        {
            "id": Message(person_id=one.person_id, kind="", about="", created_at=at, visible_at=at).id,
            "person_id": one.person_id,
            "kind": told["kind"],
            "case_id": case_id,
            "about": told["about"],
            "data": told.get("data", {}),
            "created_at": at,
            "visible_at": one.visible_at,
        }
        for one in recipients
    ]
    written = await session.execute(insert(Message).values(rows).on_conflict_do_nothing().returning(col(Message.id)))
    return len(written.all())


async def _recipients(
    session: AsyncSession, told: dict[str, Any], case_id: UUID | None, at: datetime
) -> list[Recipient]:
    if told.get("person"):
        return [Recipient(UUID(told["person"]), at)]
    case = (await session.execute(_CASE, {"id": case_id})).one_or_none() if case_id else None
    emergency = case is not None and case.limit_unit in EMERGENCY
    day = (await district_facts(session)).local_day(at)
    squad: str | None = told.get("squad") or (case.squad_code if case else None)
    if told["tell"] == HANDLER and case is not None and case.assigned_to is not None:
        return [Recipient(case.assigned_to, at)]
    if told["tell"] == HANDLER:
        people = await holders(session, SQUAD_ROLES, at, day, squad)
    else:
        role = Role(told["tell"])
        people = await holders(session, [role], at, day, squad if role in SQUAD_ROLES else None)
    opening = await _opening(session, at)
    digest = await _digest(session, at) if told.get("digest") else at
    return [Recipient(one.person_id, _when(one, at, digest, opening, emergency)) for one in people]


def _when(one: OnDuty, at: datetime, digest: datetime, opening: datetime, emergency: bool) -> datetime:
    """On duty: now, or with the digest. On call: at once for an emergency. Otherwise when the next shift begins, or,
    without a roster to tell, when the next working hours do. A roster that nobody keeps silences no emergency."""
    if emergency and (one.on_call or one.on_shift):
        return at
    if one.on_shift:
        return max(digest, opening) if one.next_shift is None else digest
    return max(digest, one.next_shift or opening)


async def _opening(session: AsyncSession, at: datetime) -> datetime:
    """`at` within working hours, else the next opening."""
    calendar = await working_calendar(session)
    for opens, closes in calendar.spans(at):
        if closes > at:
            return max(opens, at)
    raise AssertionError("working spans never end")


async def _digest(session: AsyncSession, at: datetime) -> datetime:
    """The next full step of the clock at which a digest goes out."""
    rules = (await process(session, (await district_facts(session)).local_day(at))).rules
    step = timedelta(minutes=rules.digest_minutes)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + step * -(-(at - midnight) // step)
