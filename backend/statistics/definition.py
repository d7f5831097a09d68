"""What a figure is: a named, versioned definition over one population of facts."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from backend.statistics.facts import Population
from backend.statistics.law import check_lawful

Family = Literal["rate", "count", "mean", "hidden"]
Unit = Literal["percent", "cases", "hours"]
UNITS: dict[Family, Unit] = {"rate": "percent", "count": "cases", "mean": "hours", "hidden": "percent"}


@dataclass(frozen=True)
class Parts:
    """Which rows of the population are counted: SQL over its facts.

    A rate is numerator ÷ denominator, a count its numerator. A mean is the sum of `total_s` (seconds) over the rows of
    its numerator, which are those of its denominator too, ÷ their number.
    """

    numerator: str
    denominator: str | None
    total_s: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Indicator:
    """A definition, equal to itself only.

    `source` is domain.md's mark: S sourced, K general knowledge, R a proposal of ours.
    """

    name: str
    version: int
    family: Family
    population: Population
    title: str
    title_en: str
    formula: str
    formula_en: str
    source: str
    notes: str
    parts: Parts

    @property
    def unit(self) -> Unit:
        return UNITS[self.family]

    def predicate(self, part: str) -> str | None:
        """The SQL of its numerator or denominator; None for a denominator that it has not."""
        return self.parts.numerator if part == "numerator" else self.parts.denominator


Definition = Callable[[], Parts]


def define(
    population: Population,
    title: str,
    title_en: str,
    formula: str,
    formula_en: str,
    source: str,
    *,
    family: Family = "rate",
    version: int = 1,
) -> Callable[[Definition], Indicator]:
    """Make an indicator of a function: its name is the function's, its notes are the docstring.

    Raises ForbiddenFact, UnknownFact, BadDefinition.
    """

    def made(function: Definition) -> Indicator:
        indicator = Indicator(
            name=function.__name__,
            version=version,
            family=family,
            population=population,
            title=title,
            title_en=title_en,
            formula=formula,
            formula_en=formula_en,
            source=source,
            notes=inspect.getdoc(function) or "",
            parts=function(),
        )
        check(indicator)
        return indicator

    return made


def check(indicator: Indicator) -> None:
    """Refuse a definition that the law or the relation does not allow, ours or an imported one.

    Raises ForbiddenFact with the article, UnknownFact, BadDefinition.
    """
    parts = indicator.parts
    expressions = [sql for sql in (parts.numerator, parts.denominator, parts.total_s) if sql is not None]
    words = [indicator.name, indicator.title, indicator.title_en, indicator.formula, indicator.formula_en]
    check_lawful(words, expressions, frozenset(indicator.population.facts))
