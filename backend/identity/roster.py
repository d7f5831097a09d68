"""Who is on duty (在岗), on leave, on call (备勤): small tables with dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.roles import Role

# A role whose people have no shift at all in the week around counts as one for which no roster is kept: then all who
# hold the post are on duty, but for those on leave.
_PEOPLE = text(
    """
    with holders as (
      select distinct p.person_id, p.squad_code from post p join person who on who.id = p.person_id and who.active
      where p.role = any(:roles) and p.valid_from <= :day and (p.valid_to is null or p.valid_to >= :day)
        and (cast(:squad as text) is null or p.squad_code = :squad)
    ), kept as (
      select exists (select from duty_time t join holders h on h.person_id = t.person_id
        where t.kind = 'shift' and t.starts_at < :at + interval '7 days'
          and t.ends_at > :at - interval '7 days') as kept
    )
    select h.person_id,
      exists (select from duty_time t where t.person_id = h.person_id and t.kind = 'leave'
              and t.starts_at <= :at and t.ends_at > :at) as away,
      not kept.kept or exists (select from duty_time t where t.person_id = h.person_id and t.kind = 'shift'
              and t.starts_at <= :at and t.ends_at > :at) as on_shift,
      exists (select from duty_time t where t.person_id = h.person_id and t.kind = 'on_call'
              and t.starts_at <= :at and t.ends_at > :at) as on_call,
      (select min(t.starts_at) from duty_time t where t.person_id = h.person_id and t.kind = 'shift'
         and t.starts_at > :at) as next_shift
    from holders h cross join kept order by h.person_id
    """
)


@dataclass(frozen=True)
class OnDuty:
    """A holder of a post as the roster has him at a moment. `next_shift`: when he is on duty again, if known."""

    person_id: UUID
    on_shift: bool
    on_call: bool
    next_shift: datetime | None


async def holders(
    session: AsyncSession, roles: Iterable[Role], at: datetime, day: date, squad: str | None = None
) -> list[OnDuty]:
    """Everybody who holds one of `roles` on the local `day` (in `squad`, if given), as the roster has them at `at`."""
    values = {"roles": sorted(roles), "at": at, "day": day, "squad": squad}
    rows = (await session.execute(_PEOPLE, values)).all()
    return [OnDuty(row.person_id, row.on_shift and not row.away, row.on_call, row.next_shift) for row in rows]
