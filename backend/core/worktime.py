"""Working-calendar arithmetic: when is a limit up, and how much of it has run. Pure.

Four clocks (数字化城市管理 practice): emergency hours and days (紧急工作时, 紧急工作日) run on without a
break; working hours (工作时) run only within the calendar's opening hours on working days; a working day
(工作日) is as many working seconds as one full day has, so that one day from Friday 16:00 ends on
Monday 16:00. Minutes of both kinds time the desk's own stages. Which dates work is data: a holiday, and the
Saturday that makes up for it, are rows.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Unit = Literal["emergency_minute", "emergency_hour", "emergency_day", "work_minute", "work_hour", "work_day"]
UNITS: tuple[Unit, ...] = get_args(Unit)
EMERGENCY: frozenset[Unit] = frozenset({"emergency_minute", "emergency_hour", "emergency_day"})
"""The units whose clock runs through nights and holidays."""

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})[-\u2013\u2014~](\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Limit:
    """How long somebody has, e.g. 2 working days. `amount`: 1 to 10,000 (ValueError)."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= 10_000:
            raise ValueError(f"a limit is 1 to 10,000 of its unit, not {self.amount}")
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit of time {self.unit!r}; known: {', '.join(UNITS)}")


@dataclass(frozen=True)
class Calendar:
    """Which dates work, within which hours, in which time zone.

    `days`: date -> is it a working day; a date that is missing works from Monday to Friday.
    `hours`: (opens, closes) of a working day in local time, ascending, not overlapping; `closes` 00:00
    means the midnight that ends the day. `tz`: IANA name. ValueError if the hours are not so, KeyError if
    there is no such zone.
    """

    days: Mapping[date, bool]
    hours: Sequence[tuple[time, time]]
    tz: str
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    full_day: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spans = [(_since_midnight(opens), _since_midnight(closes) or _DAY) for opens, closes in self.hours]
        if not spans:
            raise ValueError("a working day needs at least one span of hours")
        for opens, closes in spans:
            if opens >= closes:
                raise ValueError(f"hours must open before they close: {_clock(opens)}-{_clock(closes)}")
        for (_, closes), (opens, _) in pairwise(spans):
            if opens < closes:
                raise ValueError(f"hours must ascend, not overlap: {_clock(opens)} is before {_clock(closes)}")
        object.__setattr__(self, "zone", ZoneInfo(self.tz))
        object.__setattr__(self, "full_day", sum((b - a for a, b in spans), timedelta()))

    @cached_property
    def version(self) -> str:
        """A name for exactly this calendar, 16 hex digits: equal days, hours and zone have equal names."""
        days = sorted((day.isoformat(), works) for day, works in self.days.items())
        hours = [(opens.isoformat("minutes"), closes.isoformat("minutes")) for opens, closes in self.hours]
        return sha256(json.dumps([days, hours, self.tz]).encode()).hexdigest()[:16]

    def is_workday(self, day: date) -> bool:
        """Whether the local date `day` works."""
        return self.days.get(day, day.weekday() < 5)

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working spans (opens, closes) in UTC, ascending, from the local day of `since` on, without end.

        Spans of that first day which lie before `since` are included. OverflowError past the year 9999.
        """
        day = since.astimezone(self.zone).date()
        while True:
            tomorrow = day + _DAY
            if self.is_workday(day):
                for opens, closes in self.hours:
                    last = tomorrow if closes == time() else day
                    yield self._instant(day, opens), self._instant(last, closes)
            day = tomorrow

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def due(calendar: Calendar, start: datetime, limit: Limit) -> datetime:
    """The moment at which `limit`, running from `start`, is up; in the calendar's time zone.

    The earliest such moment: eight working hours from opening time end at closing time of that day. A start
    outside working time waits for the next opening. `start` must be aware (ValueError).
    """
    return after(calendar, start, length(calendar, limit), limit.unit)


def after(calendar: Calendar, start: datetime, span: timedelta, unit: Unit) -> datetime:
    """The moment at which `span` of `unit`'s clock, running from `start`, has run; in the calendar's time zone.

    `span` zero is `start` itself. Both ValueError: a naive `start`, a negative `span`.
    """
    left, instant = span, _aware(start)
    if left < timedelta():
        raise ValueError(f"a clock does not run backwards: {span}")
    if unit in EMERGENCY or not left:
        return (instant + left).astimezone(calendar.zone)
    for opens, closes in calendar.spans(instant):
        opens = max(opens, instant)
        if closes - opens >= left:
            return (opens + left).astimezone(calendar.zone)
        left -= max(closes - opens, timedelta())
    raise AssertionError("working spans never end")


def elapsed(calendar: Calendar, start: datetime, end: datetime, unit: Unit) -> float:
    """Seconds of `unit`'s clock that run between `start` and `end`: all of them for the emergency units,
    those within working time for the others. Both aware, `end` not before `start` (ValueError)."""
    begin, finish = _aware(start), _aware(end)
    if finish < begin:
        raise ValueError("the end lies before the start")
    if unit in EMERGENCY:
        return (finish - begin).total_seconds()
    total = timedelta()
    for opens, closes in calendar.spans(begin):
        if opens >= finish:
            break
        total += max(min(closes, finish) - max(opens, begin), timedelta())
    return total.total_seconds()


def parse_hours(text: str) -> list[tuple[time, time]]:
    """`"08:00-12:00,14:00-18:00"` -> [(08:00, 12:00), (14:00, 18:00)], as Calendar takes them.

    Full-width signs and the enumeration comma are understood; 24:00 as a closing time is the midnight that
    ends the day.
    ValueError says which part is wrong.
    """
    hours: list[tuple[time, time]] = []
    for part in re.split("[,、;]", unicodedata.normalize("NFKC", text)):
        found = _SPAN.fullmatch(re.sub(r"\s", "", part))
        if not found:
            raise ValueError(f"not working hours such as 08:00-12:00: {part.strip()!r}")
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        if (to_hour, to_minute) == (24, 0):
            to_hour = 0
        try:
            hours.append((time(from_hour, from_minute), time(to_hour, to_minute)))
        except ValueError as error:
            raise ValueError(f"no such time of day: {part.strip()!r}") from error
    Calendar({}, hours, "UTC")  # same rules for order and overlap
    return hours


def length(calendar: Calendar, limit: Limit) -> timedelta:
    """How much of its unit's clock `limit` is: a working day is one full day's working time of `calendar`."""
    one: dict[Unit, timedelta] = {
        "emergency_minute": _MINUTE,
        "work_minute": _MINUTE,
        "emergency_hour": _HOUR,
        "emergency_day": _DAY,
        "work_hour": _HOUR,
        "work_day": calendar.full_day,
    }
    return limit.amount * one[limit.unit]


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"a time without a zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _clock(since_midnight: timedelta) -> str:
    return f"{since_midnight // _HOUR:02d}:{since_midnight % _HOUR // timedelta(minutes=1):02d}"
