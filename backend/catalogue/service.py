"""The catalogue in force, the filing condition that applies, and the working calendar."""

import datetime as dt
import json
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue import queries
from backend.catalogue.schemas import CatalogueOut, ClassOut, ConditionOut, LimitOut
from backend.core.errors import DomainError
from backend.core.worktime import Calendar, parse_hours

UNDECIDED = "00"
"""The answer 不知道 to a class's picture question: a reserved code, in no catalogue; the operator decides."""

V = TypeVar("V")
_KEPT = 8
"""Catalogues and calendars that one process keeps: two versions of a few districts."""


class NoCatalogue(DomainError):
    """No catalogue is in force on this day."""

    status, code = 503, "no_catalogue"


class NoCalendar(DomainError):
    """The district, and with it its working hours, has not been imported."""

    status, code = 503, "no_district"


@dataclass(frozen=True)
class Catalogue:
    """One version as read: `body` is its JSON, `etag` a strong tag of these bytes with its quotes."""

    version: str
    classes: dict[str, ClassOut]
    body: bytes
    etag: str


@dataclass(frozen=True)
class ConditionChoice:
    """The condition that sets the clock. `condition` is None where nobody but the operator can say.

    Flags: no_category, unknown_category, condition_undecided (不知道), unknown_condition (the default applies).
    """

    version: str
    category: ClassOut | None
    condition: ConditionOut | None
    flags: list[str] = field(default_factory=list)


_catalogues: dict[str, Catalogue] = {}
_calendars: dict[str, Calendar] = {}


async def current(session: AsyncSession, at: dt.date | dt.datetime) -> Catalogue:
    """The catalogue in force at a local day or an aware instant.

    One small statement; the rows are read again only after they have changed. Raises NoCatalogue.
    """
    found = await queries.current(session, at)
    if found is None:
        raise NoCatalogue(f"no catalogue is in force at {at.isoformat()}")
    version, stamp = found
    if stamp not in _catalogues:
        _keep(_catalogues, stamp, await _read(session, version))
    return _catalogues[stamp]


async def find_condition(
    session: AsyncSession, at: dt.date | dt.datetime, class_code: str | None, condition_code: str | None
) -> ConditionChoice:
    """The filing condition that a report's class and answer come to.

    None is the class's default; "00" (不知道) leaves it to the operator; an unknown code takes the default and is
    flagged, because the catalogue may have changed while the phone was offline. Raises NoCatalogue.
    """
    catalogue = await current(session, at)
    if class_code is None:
        return ConditionChoice(catalogue.version, None, None, ["no_category"])
    category = catalogue.classes.get(class_code)
    if category is None:
        return ConditionChoice(catalogue.version, None, None, ["unknown_category"])
    if condition_code == UNDECIDED:
        return ConditionChoice(catalogue.version, category, None, ["condition_undecided"])
    default = next((c for c in category.conditions if c.is_default), None)
    if condition_code is None:
        return ConditionChoice(catalogue.version, category, default)
    chosen = next((c for c in category.conditions if c.code == condition_code), None)
    if chosen is None:
        return ConditionChoice(catalogue.version, category, default, ["unknown_condition"])
    return ConditionChoice(catalogue.version, category, chosen)


async def working_calendar(session: AsyncSession) -> Calendar:
    """The district's working calendar; read again only after it has changed. Raises NoCalendar."""
    row = await queries.calendar_stamp(session)
    if row is None:
        raise NoCalendar()
    if row.stamp not in _calendars:
        days = await queries.calendar_days(session)
        _keep(_calendars, row.stamp, Calendar(days, parse_hours(row.work_hours), row.time_zone))
    return _calendars[row.stamp]


_USED = text(
    """
    insert into calendar_version (version, days, work_hours, time_zone, first_used_at)
    select :version, cast(:days as jsonb), d.work_hours, d.time_zone, :at from district d
    order by d.valid_from desc limit 1 on conflict do nothing
    """
)


async def use_calendar(session: AsyncSession, at: dt.datetime) -> Calendar:
    """The working calendar for a clock, kept under its version so that what it says can be reckoned again."""
    calendar = await working_calendar(session)
    days = json.dumps({day.isoformat(): works for day, works in sorted(calendar.days.items())})
    await session.execute(_USED, {"version": calendar.version, "days": days, "at": at})
    return calendar


async def _read(session: AsyncSession, version: str) -> Catalogue:
    classes = []
    for _, rows in groupby(await queries.classes(session, version), key=lambda row: row["code"]):
        group = list(rows)
        first = group[0]
        conditions = [
            ConditionOut(
                code=row["condition"],
                text=row["text"],
                text_en=row["text_en"],
                icon=row["condition_icon"],
                limit=LimitOut(amount=row["limit_amount"], unit=row["limit_unit"]),
                closing=row["closing"],
                is_default=row["is_default"],
            )
            for row in group
            if row["condition"] is not None
        ]
        names = ("code", "kind", "name", "name_en", "icon", "question", "question_en", "requirement")
        classes.append(
            ClassOut(group=first["group_name"], conditions=conditions, **{name: first[name] for name in names})
        )
    body = CatalogueOut(version=version, classes=classes).model_dump_json().encode()
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    return Catalogue(version, {one.code: one for one in classes}, body, etag)


def _keep(kept: dict[str, V], stamp: str, value: V) -> None:
    while len(kept) >= _KEPT:
        kept.pop(next(iter(kept)), None)
    kept[stamp] = value
