"""Reads of the catalogue and the calendar: one statement each."""

import datetime as dt
from typing import Any

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import DATE, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

# `stamp` changes with every write to the version's rows, so that a process may keep what it has read: an insert or
# update brings a new xmin, a deletion another count. Database and schema belong to it: nothing is shared by districts.
_CURRENT = text(
    """
with today as (
  select coalesce(:day, (:now at time zone coalesce(
    (select time_zone from district order by valid_from desc limit 1), 'UTC'))::date) as day
), v as (
  select version from catalogue_version, today where valid_from <= today.day
  order by valid_from desc, version desc limit 1
)
select v.version, concat_ws(':', current_database(), current_schema(), v.version,
  (select concat(count(*), '/', max(k.xmin::text::bigint)) from category_class k where k.version = v.version),
  (select concat(count(*), '/', max(f.xmin::text::bigint)) from filing_condition f where f.version = v.version)
) as stamp
from v
"""
).bindparams(bindparam("day", type_=DATE), bindparam("now", type_=TIMESTAMP(timezone=True)))

_ROWS = text(
    """
select k.code, k.kind, k.group_name, k.name, k.name_en, k.icon, k.question, k.question_en, k.requirement,
       f.code as condition, f.text, f.text_en, f.icon as condition_icon, f.limit_amount, f.limit_unit, f.closing,
       f.is_default
from category_class k
left join filing_condition f on f.version = k.version and f.class_code = k.code
where k.version = :version
order by k.sort, k.code, f.sort, f.code
"""
)

_CALENDAR_STAMP = text(
    """
select concat_ws(':', current_database(), current_schema(),
  (select concat(count(*), '/', max(xmin::text::bigint)) from calendar_day),
  (select concat(count(*), '/', max(xmin::text::bigint)) from district)) as stamp,
  d.work_hours, d.time_zone
from district d order by d.valid_from desc limit 1
"""
)


async def current(session: AsyncSession, at: dt.date | dt.datetime) -> tuple[str, str] | None:
    """(version, stamp) of the catalogue in force at a local day or an instant; None before the first."""
    is_instant = isinstance(at, dt.datetime)
    values = {"day": None if is_instant else at, "now": at if is_instant else None}
    row = (await session.execute(_CURRENT, values)).one_or_none()
    return (row.version, row.stamp) if row else None


async def classes(session: AsyncSession, version: str) -> list[RowMapping]:
    """A row per class and condition, in the order shown; a class without conditions has one row of nulls."""
    return list((await session.execute(_ROWS, {"version": version})).mappings().all())


async def calendar_stamp(session: AsyncSession) -> Any:
    """(stamp, work_hours, time_zone) of the district, or None before it is imported."""
    return (await session.execute(_CALENDAR_STAMP)).one_or_none()


async def calendar_days(session: AsyncSession) -> dict[dt.date, bool]:
    rows = await session.execute(text("select date, is_workday from calendar_day"))
    return {row.date: row.is_workday for row in rows}
