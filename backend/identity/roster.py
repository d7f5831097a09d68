"""Who is on duty (在岗), on leave, on call (备勤): small tables with dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.roles import SQUAD_ROLES, Role

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
        where t.kind = 'shift' and t.starts_at < cast(:at as timestamptz) + interval '7 days'
          and t.ends_at > cast(:at as timestamptz) - interval '7 days') as kept
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


_WEEK = text(
    """
    select distinct t.id, p.id as person_id, p.name, t.kind, t.starts_at, t.ends_at, w.name as partner, t.note,
      o.squad_code
    from duty_time t join person p on p.id = t.person_id
    join post o on o.person_id = p.id and o.valid_from <= :last and (o.valid_to is null or o.valid_to >= :first)
    left join person w on w.id = t.partner_id
    where t.starts_at < :until and t.ends_at > :since
      and (cast(:squads as text[]) is null or o.squad_code = any(:squads))
    order by t.starts_at, p.name, t.id
    """
)
_MEMBERS = text(
    """
    select distinct on (p.name, p.id) p.id, p.name, o.role, o.squad_code from person p
    join post o on o.person_id = p.id and o.squad_code = any(:squads)
      and o.valid_from <= :day and (o.valid_to is null or o.valid_to >= :day)
    where p.active order by p.name, p.id, o.role
    """
)


class DutyOut(Struct):
    """Somebody's shift, leave or time on call."""

    person_id: UUID
    name: str
    squad: str | None
    kind: Literal["shift", "leave", "on_call"]
    starts_at: datetime
    ends_at: datetime
    partner: str | None
    note: str


class Member(Struct):
    """One of a squad's people today."""

    id: UUID
    name: str
    role: Role
    squad: str
    on_shift: bool


async def week(
    session: AsyncSession, since: datetime, until: datetime, first: date, last: date, squads: Sequence[str] | None
) -> list[DutyOut]:
    """Everything in the roster between two moments; of `squads` alone, or of all for None. Once for each squad that
    a person is of."""
    values = {"since": since, "until": until, "first": first, "last": last, "squads": squads}
    return [
        DutyOut(
            row["person_id"], row["name"], row["squad_code"], row["kind"], row["starts_at"], row["ends_at"],
            row["partner"], row["note"],
        )
        for row in (await session.execute(_WEEK, values)).mappings()
    ]  # fmt: skip


async def members(session: AsyncSession, squads: Sequence[str], at: datetime, day: date) -> list[Member]:
    """The people of `squads` on the local `day`, and who of them is on duty at `at`."""
    on_shift: set[UUID] = set()
    for squad in squads:
        on_shift |= {one.person_id for one in await holders(session, SQUAD_ROLES, at, day, squad) if one.on_shift}
    rows = (await session.execute(_MEMBERS, {"squads": squads, "day": day})).mappings()
    return [Member(row["id"], row["name"], Role(row["role"]), row["squad_code"], row["id"] in on_shift) for row in rows]
