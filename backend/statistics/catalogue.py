"""All definitions by name."""

from collections.abc import Iterable

from backend.core.errors import DomainError
from backend.statistics.definition import Indicator
from backend.statistics.hidden import HIDDEN
from backend.statistics.indicators import INDICATORS

ALL: dict[str, Indicator] = {indicator.name: indicator for indicator in (*INDICATORS, *HIDDEN)}


class UnknownIndicator(DomainError):
    """There is no indicator of this name."""

    status, code = 422, "unknown_indicator"


def chosen(names: Iterable[str] | None) -> list[Indicator]:
    """The indicators of these names, each once; without names all but the hidden ones. Raises UnknownIndicator."""
    return [indicator(name) for name in dict.fromkeys(names or ())] or list(INDICATORS)


def indicator(name: str) -> Indicator:
    """The indicator of this name. Raises UnknownIndicator."""
    found = ALL.get(name)
    if found is None:
        raise UnknownIndicator(indicator=name, known=sorted(ALL))
    return found
