"""The golden month: December 2016 of 天门 as published [S:tianmen], made into cases and counted like any other month.

The publication gives sums, not cases: which of them were late is made up, how many is not.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as numbers
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.models import Case
from backend.core.clock import uuid7
from backend.statistics.catalogue import indicator
from backend.statistics.counting import Counted, count
from backend.statistics.dimensions import dimension
from backend.statistics.periods import Period
from backend.territory.district import district_facts

PUBLISHED = {"closure": 93.72, "on_time": 75.82, "events_closure": 94.35, "components_closure": 56.25}
MONTH = Period(2016, 12, 1)
COUNTED = dt.datetime(2016, 12, 31, 16, tzinfo=dt.UTC)
"""The midnight that ends the month there."""

FIRST = dt.datetime(2016, 12, 1, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DISTRICT = text(
    "insert into district (code, name, name_en, fallback_squad, time_zone, work_hours, metric_srid, outline,"
    " valid_from) values ('429006', '天门', 'Tianmen', 'none', 'Asia/Shanghai', '08:00-12:00,14:00-18:00', 4547,"
    " ST_MakeEnvelope(112.5, 30.3, 113.5, 31, 4326), '2016-01-01')"
)


@dataclass(frozen=True)
class Lot:
    """So many like cases; `due` in the month or after it, `closed` on time, late or not (None)."""

    cases: int
    kind: str
    filed: bool = True
    due: bool = True
    closed: str | None = None


LOTS = (
    Lot(730, "E", closed="on_time"),
    Lot(172, "E", closed="late"),
    Lot(54, "E"),
    Lot(7, "C", closed="on_time"),
    Lot(2, "C", closed="late"),
    Lot(7, "C"),
    Lot(24, "E", due=False),
    Lot(58, "E", filed=False),
)
"""Received 1,054; filed 996; due 972 (events 956, components 16); closed 911 of them (902 and 9); on time 737."""
BY_INSPECTORS = 953
"""Of the filed; the other 43 came by WeChat."""


def golden_cases() -> Iterator[Case]:
    """The cases of the month."""
    serial = numbers(1)
    for lot in LOTS:
        for _ in range(lot.cases):
            yield _case(lot, next(serial))


def _case(lot: Lot, serial: int) -> Case:
    """Reported at an hour of the first 27 days, due a day later; those due after the month are of its last day."""
    submitted = FIRST + (serial % 648) * HOUR if lot.due else COUNTED - 2 * HOUR
    due = submitted + 24 * HOUR
    answered = {"on_time": due - HOUR, "late": due + 5 * HOUR}.get(lot.closed or "")
    filed: dict[str, Any] = {
        "number": f"201612-{serial:05d}", "filed_at": submitted, "due_at": due, "first_due_at": due,
        "limit_amount": 1, "limit_unit": "work_day",
    }  # fmt: skip
    return Case(
        id=uuid7(),
        state="refused" if not lot.filed else "closed" if lot.closed else "dispatched",
        source="inspector" if lot.filed and serial <= BY_INSPECTORS else "citizen",
        class_code=f"{lot.kind}0101",
        submitted_at=submitted,
        updated_at=submitted,
        responded_at=answered,
        closed_at=answered + HOUR if answered else None,
        on_time=None if lot.closed is None else lot.closed == "on_time",
        **(filed if lot.filed else {}),
    )


async def load_golden(session: AsyncSession) -> None:
    """Put the district and its month into the session's (empty) schema."""
    await session.execute(DISTRICT)
    session.add_all(golden_cases())
    await session.flush()


async def count_golden(session: AsyncSession) -> dict[str, Any]:
    """The published figures, in percent, and the numbers they are made of, by the definitions of every day."""
    zone = (await district_facts(session)).zone
    chosen = [indicator(name) for name in ("closure", "on_time", "filing")]
    span = MONTH.span(zone, COUNTED)

    async def by(name: str) -> Counted:
        return (await count(session, chosen, dimension(name), [span], zone))[0]

    (whole,), kinds, sources = (await by("district")).values(), await by("kind"), await by("source")
    closure, on_time = indicator("closure"), indicator("on_time")
    return {
        "closure": whole["closure"].value(closure),
        "on_time": whole["on_time"].value(on_time),
        "events_closure": kinds["E"]["closure"].value(closure),
        "components_closure": kinds["C"]["closure"].value(closure),
        "received": whole["filing"].denominator,
        "filed": whole["filing"].numerator,
        "due": whole["closure"].denominator,
        "closed": whole["closure"].numerator,
        "closed_on_time": whole["on_time"].numerator,
        "filed_by_source": {str(source): row["filing"].numerator for source, row in sorted(sources.items())},
    }
