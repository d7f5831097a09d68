"""Counting: all chosen indicators of several spans by one dimension, in one statement.

A branch of the statement walks the index of one population's time over one span; its filters are the definitions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.statistics.definition import Indicator
from backend.statistics.dimensions import Dimension
from backend.statistics.facts import Population
from backend.statistics.periods import Span
from backend.statistics.scope import EVERYTHING, Scope


@dataclass(frozen=True)
class Figure:
    """What was counted: rows of the numerator and of the denominator (null for a count), seconds for a mean."""

    numerator: int
    denominator: int | None
    total_s: float = 0.0

    def value(self, indicator: Indicator) -> float | None:
        """In the indicator's unit, two decimals; null where nothing was due."""
        if self.denominator is None:
            return float(self.numerator)
        if self.denominator == 0:
            return None
        if indicator.family == "mean":
            return round(self.total_s / 3600 / self.denominator, 2)
        return round(100 * self.numerator / self.denominator, 2)


NOTHING = Figure(0, 0)
Row = dict[str, Figure]
"""Name of the indicator → figure."""


class Counted(Mapping[str | None, Row]):
    """Key of the dimension → its figures, read out of the counts when they are asked for: a page of many cells is
    small."""

    def __init__(self) -> None:
        self._counts: dict[str | None, list[tuple[_Branch, Sequence[float | None]]]] = {}

    def add(self, key: str | None, branch: "_Branch", counts: Sequence[float | None]) -> None:
        """What one branch counted for a key."""
        self._counts.setdefault(key, []).append((branch, counts))

    def __getitem__(self, key: str | None) -> Row:
        return {name: figure for branch, counts in self._counts[key] for name, figure in branch.read(counts).items()}

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


async def count(
    session: AsyncSession,
    indicators: Sequence[Indicator],
    by: Dimension,
    spans: Sequence[Span],
    zone: ZoneInfo,
    scope: Scope = EVERYTHING,
) -> list[Counted]:
    """Count `indicators` in each of `spans`; one statement. `zone` is the district's."""
    branches = [
        _Branch(population, list(group), number)
        for number in range(len(spans))
        for population, group in groupby(_by_population(indicators), key=lambda one: one.population)
    ]
    statement = " union all ".join(branch.sql(by, scope) for branch in branches)
    values: dict[str, Any] = {**scope.values, "zone": zone.key}
    for number, span in enumerate(spans):
        values |= {f"start_{number}": span.start, f"end_{number}": span.end}
    counted = [Counted() for _ in spans]
    known = {(branch.span, branch.population.name): branch for branch in branches}
    for row in await session.execute(text(statement), values):
        counted[row.span].add(row.key, known[row.span, row.population], row.counts)
    return counted


class _Branch:
    """One population over one span. A predicate that several indicators share is counted once."""

    def __init__(self, population: Population, indicators: list[Indicator], span: int) -> None:
        self.population, self.indicators, self.span = population, indicators, span
        wanted = [column for indicator in indicators for column in _columns(indicator) if column]
        self.places = {column: place for place, column in enumerate(dict.fromkeys(wanted))}

    def sql(self, by: Dimension, scope: Scope) -> str:
        counts, scoped = ", ".join(self.places), scope.clause(by)
        rows = self.population.narrow(f"{counts} {by.key} {by.join} {scoped}", *bounds(self.span))
        return f"""select {self.span} as span, '{self.population.name}' as population, {by.key} as key,
            array[{counts}]::float8[] as counts
          from ({rows}) f {by.join} where true {scoped} group by 3"""

    def read(self, counts: Sequence[float | None]) -> Row:
        """The figures out of one row's counts."""
        figures = {}
        for indicator in self.indicators:
            numerator, denominator, total = (
                None if column is None else counts[self.places[column]] or 0.0 for column in _columns(indicator)
            )
            assert numerator is not None
            below = None if denominator is None else int(denominator)
            figures[indicator.name] = Figure(int(numerator), below, total or 0.0)
        return figures


def bounds(span: int | str) -> tuple[str, str]:
    """The SQL of a span's start and end, whose parameters carry this suffix."""
    return f"cast(:start_{span} as timestamptz)", f"cast(:end_{span} as timestamptz)"


def within(span: int | str) -> str:
    """SQL over `f`: its time lies in the span."""
    start, end = bounds(span)
    return f"f.at >= {start} and f.at < {end}"


def _columns(indicator: Indicator) -> tuple[str | None, str | None, str | None]:
    parts = indicator.parts
    return (
        f"count(*) filter (where {parts.numerator})",
        None if parts.denominator is None else f"count(*) filter (where {parts.denominator})",
        None if parts.total_s is None else f"sum({parts.total_s}) filter (where {parts.numerator})",
    )


def _by_population(indicators: Iterable[Indicator]) -> list[Indicator]:
    return sorted(indicators, key=lambda indicator: indicator.population.name)
