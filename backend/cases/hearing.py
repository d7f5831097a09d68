"""Who may hear a voice note: a voice tells who somebody is more than a photo does (docs/adr/0073)."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import Standing
from backend.cases.lifecycle import FIELD
from backend.core.roles import DESK_ROLES
from backend.photos.links import Links
from backend.photos.queries import voices_of
from backend.photos.schemas import Media

# Staff is who held a post in the field on the day of the report, also when he has left since.
_HEARD = text(
    """
    select r.id from case_report l join report r on r.id = l.report_id
    where l.case_id = :case and (
      :desk
      or r.captured_by = :person or (r.captured_by is null and r.device_id = :device)
      or (:field and exists (
        select from post t where t.person_id = r.captured_by and t.role = any(:field_roles)
          and daterange(t.valid_from, t.valid_to, '[]') @> (r.received_at at time zone coalesce(
            (select time_zone from district order by valid_from desc limit 1), 'UTC'))::date)))
    order by r.id
    """
)


async def heard(session: AsyncSession, case_id: UUID, stand: Standing, links: Links) -> list[Media]:
    """The voice notes of a case that this caller may hear: the desk any, a reporter his own, squads and inspectors
    those of their colleagues in the field, never a citizen's."""
    values: dict[str, Any] = {
        "case": case_id,
        "desk": bool(stand.roles & DESK_ROLES),
        "field": bool(stand.roles & FIELD),
        "field_roles": sorted(FIELD),
        "person": stand.person.id if stand.person else None,
        "device": stand.device.id if stand.device else None,
    }
    ids = list((await session.execute(_HEARD, values)).scalars())
    found = await voices_of(session, ids, links)
    return [voice for report_id in ids for voice in found.get(report_id, [])]
