"""Who complained is read by few, for a reason that is kept with the reader's name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk.models import PersonalDataReading
from backend.cases.desk.schemas import ComplainantOut, OriginOut, Told
from backend.core.auth import Person
from backend.core.errors import DomainError, NotFound
from backend.core.roles import Role

PERSONAL_DATA_ROLES = frozenset({Role.OPERATOR, Role.SHIFT_LEADER, Role.ADMINISTRATOR})
"""Who may read who complained: those who talk to them. The field, squads and leaders never."""


class PurposeRequired(DomainError):
    """Say what it is needed for: it is kept with your name."""

    status, code = 422, "purpose_required"


class NoComplainant(NotFound):
    """Nobody is named who complained."""

    code = "no_complainant"


# By the report, so that a merge takes them along.
_ORIGINS = text(
    """
    select o.source, o.external_number, o.received_at, o.channel, o.campaign, o.raw_text as text, t.name, t.phone,
      coalesce(t.note, '') as note, t.case_id is not null or o.raw_text <> '' as tells
    from case_report l
    join case_origin o on o.report_id = l.report_id
    left join complainant t on t.case_id = o.case_id
    where l.case_id = :case order by o.received_at, o.report_id
    """
)


async def read_complainant(
    session: AsyncSession, case_id: UUID, purpose: str, by: Person, now: datetime
) -> ComplainantOut:
    """Who complained, and the text it came in; the reading is logged in the same transaction.

    The caller has checked PERSONAL_DATA_ROLES. Raises PurposeRequired, NoComplainant.
    """
    if not purpose:
        raise PurposeRequired()
    rows = (await session.execute(_ORIGINS, {"case": case_id})).mappings()
    told = [Told(row["name"], row["phone"], row["note"], row["text"]) for row in rows if row["tells"]]
    if not told:
        raise NoComplainant()
    session.add(PersonalDataReading(at=now, person_id=by.id, case_id=case_id, purpose=purpose))
    await session.flush()
    first, *more = told
    return ComplainantOut(first.name, first.phone, first.note, first.text, more)


async def origin_of(session: AsyncSession, case_id: UUID) -> OriginOut:
    """Where a case of the desk comes from, by its first report there. Raises NotFound for cases from phones alone."""
    rows = list((await session.execute(_ORIGINS, {"case": case_id})).mappings())
    if not rows:
        raise NotFound()
    names = ("source", "external_number", "received_at", "channel", "campaign")
    return OriginOut(**{name: rows[0][name] for name in names}, has_complainant=any(row["tells"] for row in rows))
