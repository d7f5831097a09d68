"""Figures as screens get them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from pydantic import BaseModel
from pydantic import Field as PydanticField

from backend.core.paging import Page
from backend.reports.schemas import Text
from backend.statistics.counting import Figure
from backend.statistics.definition import Family, Indicator, Unit

Part = Literal["numerator", "denominator"]


class Texts(Struct):
    """The same in both languages."""

    zh: str
    en: str


class IndicatorOut(Struct, kw_only=True):
    """A definition. `source`: S sourced, K general knowledge of the field, R ours. `numerator` and `denominator` are
    what is counted, as SQL over the facts of `population` (docs/indicators.md); a count has no denominator."""

    name: str
    version: int
    family: Family
    unit: Unit
    title: Texts
    formula: Texts
    source: str
    notes: str
    population: str
    numerator: str
    denominator: str | None

    @classmethod
    def of(cls, indicator: Indicator) -> "IndicatorOut":
        return cls(
            name=indicator.name,
            version=indicator.version,
            family=indicator.family,
            unit=indicator.unit,
            title=Texts(indicator.title, indicator.title_en),
            formula=Texts(indicator.formula, indicator.formula_en),
            source=indicator.source,
            notes=indicator.notes,
            population=indicator.population.name,
            numerator=indicator.parts.numerator,
            denominator=indicator.parts.denominator,
        )


class Indicators(Struct):
    """All definitions, and by what their figures can be shown."""

    items: list[IndicatorOut]
    dimensions: list[str]


class FigureOut(Struct):
    """`value` and `last_year` are in the indicator's unit, null where nothing was counted. `numerator` and
    `denominator` are numbers of cases (of tasks or steps for some), each of which `listStatisticsCases` shows."""

    value: float | None
    numerator: int
    denominator: int | None
    last_year: float | None

    @classmethod
    def of(cls, indicator: Indicator, figure: Figure, last_year: Figure) -> "FigureOut":
        return cls(figure.value(indicator), figure.numerator, figure.denominator, last_year.value(indicator))


class FigureRow(Struct):
    """A row of figures. `key` "" is what belongs to none: no squad, outside the grid, not a colleague's report."""

    key: str
    name: str
    values: dict[str, FigureOut]
    hidden: dict[str, FigureOut]


class Statistics(Page, kw_only=True):
    """Figures of `period` beside those of the whole of the same period last year; `scope` says whose they are."""

    period: str
    by: str
    scope: Literal["all", "squads", "own"]
    squads: list[str]
    rows: list[FigureRow]


class CountedCase(Struct, kw_only=True):
    """A case behind a figure. `at` is the time by which it belongs to the period: its due time, its report, its
    answer, or for tasks and steps theirs. One case can be there more than once for those."""

    id: UUID
    number: str | None
    state: str
    source: str
    class_code: str | None
    squad: str | None
    at: datetime
    submitted_at: datetime
    filed_at: datetime | None
    due_at: datetime | None
    responded_at: datetime | None
    closed_at: datetime | None
    on_time: bool | None


class CountedCases(Page, kw_only=True):
    """The cases behind one figure, by the time that counts."""

    items: list[CountedCase]


class ContestIn(BaseModel):
    """A case that does not belong into a figure of mine, and why not."""

    indicator: str = PydanticField(max_length=40)
    period: str = PydanticField(max_length=10)
    case_id: UUID
    reason: Text


class ContestAnswer(BaseModel):
    """Whether it is so, and why (not)."""

    upheld: bool
    answer: Text


class Contest(Struct, kw_only=True):
    """What somebody says against a figure of theirs, and the answer."""

    id: UUID
    case_id: UUID
    number: str | None
    indicator: str
    period: str
    person: str | None
    reason: str
    at: datetime
    state: Literal["open", "upheld", "dismissed"]
    answer: str
    answered_at: datetime | None


class Contests(Page, kw_only=True):
    """The longest waiting first."""

    items: list[Contest]
