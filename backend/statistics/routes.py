"""Figures and the cases behind them."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Caller
from backend.statistics import catalogue, contests
from backend.statistics.dimensions import DIMENSIONS, dimension
from backend.statistics.periods import Period
from backend.statistics.schemas import (
    Contest,
    ContestAnswer,
    ContestIn,
    Contests,
    CountedCases,
    IndicatorOut,
    Indicators,
    Part,
    Statistics,
)
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
    part: Annotated[Part, QueryParameter()] = "numerator",
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


@post("/statistics/contests", operation_id="contestFigure", status_code=201)
async def contest_figure(
    data: JSONBody[ContestIn], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> Contest:
    """Say that a case does not belong into a figure. Whoever reported or answered it, and his squad's leader."""
    return await contests.contest(session, await caller.signed_in(), data, caller.now)


@get("/statistics/contests", operation_id="listContests")
async def list_contests(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    cursor: Cursor = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Contests:
    """What was said against figures and waits for an answer: shift leaders, superintendents, leaders, administrators.
    Everybody else signed in: their own, with the answers."""
    return await contests.contests(session, await caller.signed_in(), caller.now, cursor, limit)


@post("/statistics/contests/{contest_id:uuid}/answer", operation_id="answerContest", status_code=200)
async def answer_contest(
    contest_id: FromPath[UUID],
    data: JSONBody[ContestAnswer],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> Contest:
    """Answer it; no figure changes by that. Shift leaders, superintendents, leaders, administrators."""
    person = await caller.signed_in(*contests.ANSWERING)
    return await contests.answer(session, person, contest_id, data, caller.now)


router = Router(
    "/api/v1",
    route_handlers=[
        list_indicators,
        get_statistics,
        list_statistics_cases,
        contest_figure,
        list_contests,
        answer_contest,
    ],
    tags=["statistics"],
)
