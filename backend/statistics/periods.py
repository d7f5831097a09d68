"""Months, quarters and years of the district's own calendar."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from backend.core.errors import DomainError

_FORM = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


class BadPeriod(DomainError):
    """A period is a month (2026-11), a quarter (2026-Q4) or a year (2026)."""

    status, code = 422, "bad_period"


@dataclass(frozen=True)
class Span:
    """From `start`, up to and without `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Period:
    """`months` calendar months from the first of `month` in `year`."""

    year: int
    month: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """2026-11, 2026-Q4 or 2026. Raises BadPeriod."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise BadPeriod(period=text)
        year, month, quarter = found.groups()
        if month:
            return cls(int(year), int(month), 1)
        return cls(int(year), int(quarter) * 3 - 2, 3) if quarter else cls(int(year), 1, 12)

    @property
    def text(self) -> str:
        """As it is parsed."""
        if self.months == 12:
            return str(self.year)
        return f"{self.year}-Q{(self.month + 2) // 3}" if self.months == 3 else f"{self.year}-{self.month:02d}"

    def last_year(self) -> "Period":
        """The same months of the year before: the whole of them, also while this period still runs."""
        return Period(self.year - 1, self.month, self.months)

    def span(self, zone: ZoneInfo, now: datetime) -> Span:
        """Local midnight to local midnight, cut at `now`: what is not due yet is not counted yet."""
        after = self.month - 1 + self.months
        start = datetime.combine(date(self.year, self.month, 1), time(), zone)
        end = datetime.combine(date(self.year + after // 12, after % 12 + 1, 1), time(), zone)
        return Span(start, min(end, now))
