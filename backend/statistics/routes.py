"""Figures and the cases behind them."""

from typing import Annotated

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Caller
from backend.statistics import catalogue
from backend.statistics.dimensions import DIMENSIONS, dimension
from backend.statistics.periods import Period
from backend.statistics.schemas import CountedCases, IndicatorOut, Indicators, Part, Statistics
from backend.statistics.service import cases_behind, statistics

Name = Annotated[str, QueryParameter(max_length=40)]
PeriodText = Annotated[str, QueryParameter(max_length=10)]
Cursor = Annotated[str | None, QueryParameter(max_length=400)]


@get("/indicators", operation_id="listIndicators")
async def list_indicators(caller: NamedDependency[Caller]) -> Response[Indicators]:
    """What the figures count: every definition with formula and source, in both languages. Anybody signed in."""
    await caller.signed_in()
    items = [IndicatorOut.of(one) for one in catalogue.ALL.values()]
    return Response(Indicators(items, list(DIMENSIONS)), headers={"Cache-Control": "private, max-age=3600"})


@get("/statistics", operation_id="getStatistics")
async def get_statistics(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    period: PeriodText,
    by: Name = "district",
    indicator: Annotated[list[str] | None, QueryParameter(max_items=40)] = None,
    cursor: Cursor = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 200,
) -> Statistics:
    """Figures of a month (2026-11), a quarter (2026-Q4) or a year (2026), beside the same period last year, with what
    hides in them. `indicator` can be repeated; without it all. Everybody at the desk; squad leaders their squad's;
    everybody signed in their own, by reporter and by responder."""
    person = await caller.signed_in()
    return await statistics(
        session, person, catalogue.chosen(indicator), dimension(by), Period.parse(period), caller.now, cursor, limit
    )


@get("/statistics/cases", operation_id="listStatisticsCases")
async def list_statistics_cases(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    indicator: Name,
    period: PeriodText,
    part: Part = "numerator",
    by: Name = "district",
    key: Annotated[str | None, QueryParameter(max_length=100)] = None,
    cursor: Cursor = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> CountedCases:
    """The cases behind one figure; their number is the figure. `key` as in its row ("" is a key), left out: all keys.
    Whoever may see the figure."""
    person = await caller.signed_in()
    return await cases_behind(
        session, person, catalogue.indicator(indicator), part, dimension(by), key, Period.parse(period), caller.now,
        cursor, limit,
    )  # fmt: skip


router = Router("/api/v1", route_handlers=[list_indicators, get_statistics, list_statistics_cases], tags=["statistics"])
