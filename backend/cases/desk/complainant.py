"""Who complained is read by few, for a reason that is kept with the reader's name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk.models import CaseOrigin, Complainant, PersonalDataReading
from backend.cases.desk.schemas import ComplainantOut, OriginOut
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


async def read_complainant(
    session: AsyncSession, case_id: UUID, purpose: str, by: Person, now: datetime
) -> ComplainantOut:
    """Who complained, and the text it came in; the reading is logged in the same transaction.

    The caller has checked PERSONAL_DATA_ROLES. Raises PurposeRequired, NoComplainant.
    """
    if not purpose:
        raise PurposeRequired()
    origin = await session.get(CaseOrigin, case_id)
    told = await session.get(Complainant, case_id)
    if origin is None or (told is None and not origin.raw_text):
        raise NoComplainant()
    session.add(PersonalDataReading(at=now, person_id=by.id, case_id=case_id, purpose=purpose))
    await session.flush()
    told = told or Complainant(case_id=case_id)
    return ComplainantOut(told.name, told.phone, told.note, origin.raw_text)


async def origin_of(session: AsyncSession, case_id: UUID) -> OriginOut:
    """Where a case of the desk comes from. Raises NotFound for cases from phones."""
    origin = await session.get(CaseOrigin, case_id)
    if origin is None:
        raise NotFound()
    told = await session.get(Complainant, case_id)
    return OriginOut(
        origin.source, origin.external_number, origin.received_at, origin.channel, origin.campaign,
        told is not None or bool(origin.raw_text),
    )  # fmt: skip
