"""Every figure a second time, by SQL of its own that knows nothing of the definitions, on any district's schema.

Months come from the calendar's name of each row's day instead of spans; keys from one table of (dimension, key) pairs;
what happened next from window functions instead of looks into other rows. `differences` compares with the product.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.statistics.catalogue import ALL
from backend.statistics.counting import NOTHING, count
from backend.statistics.dimensions import DIMENSIONS
from backend.statistics.periods import Period

Key = tuple[str, str, str | None, str]
"""Month, dimension, key, indicator."""
Counts = tuple[int, int, float]
"""Numerator, denominator (0 for a count), seconds."""

# When, whose squad, of which case, in the numerator, in the denominator, seconds.
_ROWS = "select {at} as t, {squad} as squad, {case} as case_id, {n} as n, {d} as d, {s} as s from {source}"


def _rows(source: str, n: str, d: str = "1", s: str = "0", at: str = "due_at", squad: str = "squad_code",
          case: str = "id") -> str:  # fmt: skip
    n, d = (f"case when {one} then 1 else 0 end" if one not in ("0", "1") else one for one in (n, d))
    return _ROWS.format(source=source, n=n, d=d, s=s, at=at, squad=squad, case=case)


_DUE = "(select * from cases where number is not null) a"
_UP = "(select * from cases where number is not null and state <> all (array['suspended', 'deferred'])) a"
_UP_URGENT = _UP.replace("where", "where limit_unit in ('emergency_minute', 'emergency_hour', 'emergency_day') and")
_FAIR, _FAIR_URGENT = (one.replace("where", "where exempt = false and", 1) for one in (_UP, _UP_URGENT))
_TRIFLE = "coalesce(array_position(flags, 'self_handled') > 0, false)"
_SERIOUS = f"(select * from cases where not {_TRIFLE}) a"
_ANSWERED = "(select * from cases where number is not null and responded_at is not null) a"
_STEPS = """(select case_id, at, squad_code, action, lead(action) over later as after,
    lead(data) over later as after_data
  from case_history where action in ('dispatch', 'return') window later as (partition by case_id order by id)) a"""
_TASKS = """(select k.*, c.squad_code as of_squad from case_clock k, cases c
  where c.id = k.case_id and k.stage = '{stage}') a"""
_LAST_CLOCK = """(select c.*, k.used_s, k.allowed_s from cases c
  left join (select case_id, max(id) as id from case_clock where stage = 'disposal' group by 1) m on m.case_id = c.id
  left join case_clock k on k.id = m.id where c.number is not null) a"""
_SAID = """(select c.*, h.unsolved, h.looks, h.against from cases c left join (select case_id,
    count(*) filter (where action = 'not_solved') as unsolved, count(*) filter (where action = 'second_look') as looks,
    count(*) filter (where action = 'second_look' and data @> '{"verdict": "disagrees"}') as against
  from case_history where action in ('not_solved', 'second_look') group by 1) h on h.case_id = c.id
  where c.number is not null) a"""


def _task(stage: str) -> str:
    source = _TASKS.format(stage=stage)
    return _rows(source, "stopped_at - due_at <= interval '0'", squad="of_squad", case="case_id")


RECOUNT: dict[str, str] = {
    "closure": _rows(_UP, "closed_at is not null"),
    "on_time": _rows(_FAIR, "closed_at is not null and on_time"),
    "urgent_closure": _rows(_UP_URGENT, "closed_at is not null"),
    "urgent_on_time": _rows(_FAIR_URGENT, "closed_at is not null and on_time"),
    "filing": _rows(_SERIOUS, "number is not null", at="submitted_at"),
    "valid_reports": _rows(
        "cases", f"number is not null or ({_TRIFLE} and closed_at is not null)", at="submitted_at"
    ),
    "self_handled": _rows("cases", f"{_TRIFLE} and closed_at is not null", "0", at="submitted_at"),
    "disposal": _rows(_UP, "responded_at is not null"),
    "disposal_on_time": _rows(_FAIR, "due_at - responded_at >= interval '0'"),
    "rework": _rows(_ANSWERED, "rework >= 1", at="responded_at"),
    "recurrence": _rows("(select * from cases where number > '') a", "recurrence_of is not null", at="submitted_at"),
    "returns": _rows(_STEPS, "action = 'return'", "action = 'dispatch'", at="at", case="case_id"),
    "accurate_dispatch": _rows(
        f"(select * from {_STEPS} where action = 'dispatch') b",
        "not coalesce(after = 'return' and after_data @> '{\"kind\": \"wrong_squad\"}', false)",
        at="at", case="case_id",
    ),
    "verify_on_time": _task("verify"),
    "check_on_time": _task("check"),
    "disposal_time": _rows(
        _ANSWERED, "1", s="extract(epoch from responded_at) - extract(epoch from filed_at)", at="responded_at"
    ),
    "extended": _rows(_DUE, "extensions <> 0"),
    "suspended": _rows(_DUE, "suspensions <> 0"),
    "deferred": _rows(_DUE, "deferrals <> 0"),
    "appealed": _rows(_DUE, "appealed in ('asked', 'granted', 'denied')"),
    "exempted": _rows(_DUE, "exempt"),
    "returned": _rows(_DUE, "returns <> 0"),
    "last_minute": _rows(_LAST_CLOCK, "closed_at is not null and on_time and used_s * 100 >= allowed_s * 95"),
    "forced": _rows(_DUE, "forced and closed_at is not null"),
    "reopened": _rows(_DUE, "reopened <> 0"),
    "not_solved": _rows(_SAID, "unsolved > 0"),
    "second_look": _rows(_SAID, "against > 0", "looks > 0"),
}  # fmt: skip

_PREPARE = (
    "drop table if exists first_report, in_grid",
    """create temp table first_report as select distinct on (l.case_id) l.case_id, r.captured_by::text as person
      from case_report l inner join report r on r.id = l.report_id order by l.case_id, r.received_at, r.id""",
    """create temp table in_grid as select c.id as case_id, g.duty_grid_code as code from cases c left join lateral (
        select m.duty_grid_code from duty_grid_cell m where m.cell_code = c.cell_code and exists (
          select from duty_grid d where d.code = m.duty_grid_code
            and to_char(c.submitted_at at time zone cast(:zone as text), 'YYYY-MM-DD')
              between d.valid_from::text and coalesce(d.valid_to, 'infinity'::date)::text)) g on true""",
    "create index on first_report (case_id)",
    "create index on in_grid (case_id)",
    "analyze first_report",
    "analyze in_grid",
)
_COUNT = """
  select to_char(m.t at time zone cast(:zone as text), 'YYYY-MM') as month, v.dimension, v.key,
    sum(m.n)::bigint as n, sum(m.d)::bigint as d, sum(m.s)::float8 as s
  from ({rows}) m join cases c on c.id = m.case_id left join first_report f on f.case_id = c.id
  cross join lateral (
    select 'district', (select max(code) from district) union all select 'street', c.street_code
    union all select 'community', c.community_code union all select 'cell', c.cell_code
    union all select 'duty_grid', y.code from in_grid y where y.case_id = c.id union all select 'squad', m.squad
    union all select 'reporter', f.person union all select 'responder', c.responded_by::text
    union all select 'class', c.class_code union all select 'kind', substring(c.class_code from '^.')
    union all select 'source', c.source) v (dimension, key)
  where m.t < cast(:now as timestamptz) group by 1, 2, 3"""


async def recount(session: AsyncSession, zone: ZoneInfo, now: datetime) -> dict[Key, Counts]:
    """Every indicator × dimension × month of the session's schema up to `now`. Makes temporary tables."""
    for statement in _PREPARE:
        await session.execute(text(statement), {"zone": zone.key})
    counted: dict[Key, Counts] = {}
    for name, rows in RECOUNT.items():
        result = await session.execute(text(_COUNT.format(rows=rows)), {"zone": zone.key, "now": now})
        for row in result:
            if row.month is not None:
                counted[row.month, row.dimension, row.key, name] = (row.n, row.d, row.s)
    return counted


async def differences(session: AsyncSession, zone: ZoneInfo, now: datetime) -> list[str]:
    """Where the product's count is another than the second one; empty when all agree."""
    second = await recount(session, zone, now)
    months = sorted({month for month, _, _, _ in second})
    first = {key: counts for month in months async for key, counts in _product(session, month, zone, now)}
    return list(_compare(first, second))


async def _product(
    session: AsyncSession, month: str, zone: ZoneInfo, now: datetime
) -> AsyncIterator[tuple[Key, Counts]]:
    for name, by in DIMENSIONS.items():
        span = Period.parse(month).span(zone, now)
        (counted,) = await count(session, list(ALL.values()), by, [span], zone)
        for key, figures in counted.items():
            for indicator, figure in figures.items():
                yield (month, name, key, indicator), (figure.numerator, figure.denominator or 0, figure.total_s)


def _compare(first: dict[Key, Counts], second: dict[Key, Counts]) -> Iterator[str]:
    nothing = (NOTHING.numerator, 0, 0.0)
    for key in sorted(first.keys() | second.keys(), key=str):
        one, two = first.get(key, nothing), second.get(key, nothing)
        if one[:2] != two[:2] or abs(one[2] - two[2]) > 1e-6 * max(1.0, abs(two[2])):
            yield f"{key}: {one} and {two}"
