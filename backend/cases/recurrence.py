"""A recurrence (重复): the same class at the same place again, soon after it was closed. Linked, and counted once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.models import Case
from backend.catalogue.process import ProcessRules

# The box lets the index on places find the few around; metres are measured on the sphere.
_EARLIER = text(
    """
    select o.id from cases c join cases o on o.place && ST_Expand(c.place,
        :metres / (111320 * cos(radians(ST_Y(c.place)))), :metres / 110540.0)
    where c.id = :id and o.id <> c.id and o.state = 'closed' and o.class_code = :class and o.closed_at >= :since
      and not 'self_handled' = any(o.flags) and ST_DistanceSphere(o.place, c.place) <= :metres
    order by o.closed_at desc limit 1
    """
)


async def earlier_case(session: AsyncSession, case: Case, rules: ProcessRules, at: datetime) -> UUID | None:
    """The last closed case of the same class within `recurrence_m` metres and `recurrence_days` calendar days before
    `at`, or None. The place is read from the database: the caller has flushed it."""
    values = {
        "id": case.id,
        "class": case.class_code,
        "metres": float(rules.recurrence_m),
        "since": at - timedelta(days=rules.recurrence_days),
    }
    found: UUID | None = (await session.execute(_EARLIER, values)).scalar_one_or_none()
    return found
