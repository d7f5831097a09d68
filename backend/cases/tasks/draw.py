"""Who checks is drawn, not chosen: by lot among those on duty within reach, never the responder or his squad."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.models import Case
from backend.cases.tasks.policy import LOT
from backend.core.roles import Role
from backend.identity.roster import holders

_FACTS = text(
    """
    select p.id as person_id,
      exists (select from post t where t.person_id = p.id and t.squad_code = :squad
              and t.valid_from <= :day and (t.valid_to is null or t.valid_to >= :day)) as of_squad,
      exists (select from case_report l join report r on r.id = l.report_id
              where l.case_id = :case and r.captured_by = p.id) as reporter,
      exists (select from duty_grid_inspector i join duty_grid g on g.code = i.duty_grid_code
                join duty_grid_cell e on e.duty_grid_code = g.code join unit_grid u on u.code = e.cell_code
              where i.username = p.username and u.community_code = :community
                and g.valid_from <= :day and (g.valid_to is null or g.valid_to >= :day)) as near,
      (select count(*) from case_task t where t.person_id = p.id and t.squad_code = :squad
         and t.drawn_at >= :month_start) as with_squad
    from person p where p.id = any(:people)
    """
)


@dataclass(frozen=True)
class Candidate:
    """An inspector on duty. `with_squad`: how often he has checked this squad this month."""

    person_id: UUID
    of_squad: bool
    reporter: bool
    near: bool
    with_squad: int


@dataclass(frozen=True)
class Lot:
    """Who was drawn, of how many; nobody when nobody on duty may."""

    person_id: UUID | None
    pool: int


async def draw(
    session: AsyncSession,
    case: Case,
    at: datetime,
    day: date,
    *,
    pair_cap: int,
    without: frozenset[UUID] = frozenset(),
    pick: Callable[[Sequence[UUID]], UUID] = LOT.choice,
) -> Lot:
    """Draw an inspector for `case`. `pair_cap`: how often one inspector may check one squad in a month;
    `without`: those who are not to be drawn (again)."""
    on_shift = [one.person_id for one in await holders(session, [Role.INSPECTOR], at, day) if one.on_shift]
    values = {
        "people": [person for person in on_shift if person not in without | {case.responded_by}],
        "squad": case.responded_squad or case.squad_code,
        "community": case.community_code,
        "case": case.id,
        "day": day,
        "month_start": at.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
    }
    rows = (await session.execute(_FACTS, values)).all()
    pool = choose([Candidate(*row) for row in rows], pair_cap)
    return Lot(pick(pool) if pool else None, len(pool))


def choose(candidates: Sequence[Candidate], pair_cap: int) -> list[UUID]:
    """Among whom the lot falls. A squad's own people never; whoever reported it, whoever has met this squad too often
    this month, and whoever walks elsewhere, only if nobody else is there."""
    pool = [one for one in candidates if not one.of_squad]
    for better in (_not_reporter, lambda one: one.with_squad < pair_cap, lambda one: one.near):
        narrowed = [one for one in pool if better(one)]
        pool = narrowed or pool
    return sorted(one.person_id for one in pool)


def _not_reporter(one: Candidate) -> bool:
    return not one.reporter
