"""Figures of a period by one dimension, and the cases behind each of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Person
from backend.core.paging import BadCursor, cut, decode_cursor
from backend.statistics.counting import NOTHING, Figure, Row, count, within
from backend.statistics.definition import Indicator
from backend.statistics.dimensions import Dimension, names_of
from backend.statistics.hidden import HIDDEN
from backend.statistics.periods import Period
from backend.statistics.schemas import CountedCase, CountedCases, FigureOut, FigureRow, Part, Statistics
from backend.statistics.scope import Scope, scope_of
from backend.territory.district import district_facts

_COLUMNS = """f.case_id as id, f.number, f.state, f.source, f.class_code, f.squad, f.at, f.submitted_at, f.filed_at,
  f.due_at, f.responded_at, f.closed_at, f.on_time, f.row_id"""


async def statistics(
    session: AsyncSession,
    person: Person,
    indicators: Sequence[Indicator],
    by: Dimension,
    period: Period,
    now: datetime,
    cursor: str | None,
    limit: int,
) -> Statistics:
    """The figures, a row for each key that anything was counted for, in order of the keys. Raises Forbidden.

    Two statements: counts of both years, then the names of the page's keys.
    """
    scope = scope_of(person, by)
    zone = (await district_facts(session)).zone
    spans = [period.span(zone, now), period.last_year().span(zone, now)]
    wanted = list(dict.fromkeys([*indicators, *HIDDEN]))
    this, last = await count(session, wanted, by, spans, zone, scope)
    keys = sorted(this, key=lambda key: key or "")
    after = decode_cursor(cursor, 1)
    if after is not None:
        keys = [key for key in keys if (key or "") > (after[0] or "")]
    page, following = cut(keys, limit, lambda key: (key or "",))
    names = await names_of(session, by, [key for key in page if key is not None])
    besides = [one for one in HIDDEN if one not in indicators]
    return Statistics(
        period=period.text,
        by=by.name,
        scope=_scope_name(scope),
        squads=list(scope.squads or ()),
        rows=[
            FigureRow(
                key=key or "",
                name="" if key is None else names[key],
                values=_figures(indicators, this[key], last.get(key, {})),
                hidden=_figures(besides, this[key], last.get(key, {})),
            )
            for key in page
        ],
        next=following,
        now=now,
    )


def _figures(indicators: Sequence[Indicator], this: Row, last: Row) -> dict[str, FigureOut]:
    return {one.name: FigureOut.of(one, _figure(one, this), _figure(one, last)) for one in indicators}


def _figure(indicator: Indicator, row: Row) -> Figure:
    """Nothing at all, where a key has rows in another population only."""
    empty = NOTHING if indicator.parts.denominator is not None else Figure(0, None)
    return row.get(indicator.name, empty)


def _scope_name(scope: Scope) -> Literal["all", "squads", "own"]:
    return "own" if scope.person else "squads" if scope.squads is not None else "all"


async def cases_behind(
    session: AsyncSession,
    person: Person,
    indicator: Indicator,
    part: Part,
    by: Dimension,
    key: str | None,
    period: Period,
    now: datetime,
    cursor: str | None,
    limit: int,
) -> CountedCases:
    """The cases behind a numerator or denominator, by the very predicate that counted them.

    `key` None: of all keys together, each once; "": of those that belong to none. Raises Forbidden, BadCursor. A count
    has no denominator: its page is empty.
    """
    scope = scope_of(person, by)
    predicate = indicator.predicate(part)
    if predicate is None:
        return CountedCases(items=[], next=None, now=now)
    zone = (await district_facts(session)).zone
    span = period.span(zone, now)
    statement = text(
        f"""select {_COLUMNS} from ({indicator.population.sql}) f {by.join if key is not None else ""}
        where {within("")} and ({predicate}) {scope.clause(by)} {_of_key(by, key)}
          and (cast(:after_at as timestamptz) is null or (f.at, f.row_id) > (:after_at, cast(:after_id as text)))
        order by f.at, f.row_id limit :most"""
    )
    values = {
        **scope.values,
        **_after(cursor),
        "start_": span.start,
        "end_": span.end,
        "zone": zone.key,
        "key": key,
        "most": limit + 1,
    }
    rows = (await session.execute(statement, values)).mappings().all()
    page, following = cut(rows, limit, lambda row: (row["at"].isoformat(), row["row_id"]))
    items = [CountedCase(**{name: value for name, value in row.items() if name != "row_id"}) for row in page]
    return CountedCases(items=items, next=following, now=now)


def _of_key(by: Dimension, key: str | None) -> str:
    if key is None:
        return ""
    return f"and {by.key} = :key" if key else f"and {by.key} is null"


def _after(cursor: str | None) -> dict[str, object]:
    found = decode_cursor(cursor, 2)
    if found is None:
        return {"after_at": None, "after_id": None}
    try:
        return {"after_at": datetime.fromisoformat(found[0] or ""), "after_id": found[1]}
    except ValueError as error:
        raise BadCursor() from error
