"""A stage's clock as numbers: started, stopped, continued, lengthened. Plain Python; each function gives a new one.

What has run is conserved: pausing and resuming neither gives nor takes time, in the clock's own unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.core.worktime import Calendar, Limit, Unit, after, elapsed, length


@dataclass(frozen=True)
class Reading:
    """`allowed_s` and `used_s` are seconds of `unit`; `used_s` ran before `running_since`, which is None while the
    clock stands. `due_at` is when the allowance is used up, or, of a clock that stands, would have been."""

    unit: Unit
    allowed_s: float
    used_s: float
    running_since: datetime | None
    due_at: datetime

    def used_at(self, calendar: Calendar, at: datetime) -> float:
        """Seconds that have run until `at`, which is not before the clock's last start."""
        if self.running_since is None:
            return self.used_s
        return self.used_s + elapsed(calendar, self.running_since, max(at, self.running_since), self.unit)


def started(calendar: Calendar, at: datetime, limit: Limit) -> Reading:
    """A clock that starts now with all of `limit`."""
    allowed = length(calendar, limit)
    return Reading(limit.unit, allowed.total_seconds(), 0.0, at, after(calendar, at, allowed, limit.unit))


def paused(calendar: Calendar, clock: Reading, at: datetime) -> Reading:
    """The clock stands from `at`; one that stands already stays as it is."""
    return replace(clock, used_s=clock.used_at(calendar, at), running_since=None)


def resumed(calendar: Calendar, clock: Reading, at: datetime) -> Reading:
    """The clock goes on from `at` with what is left; one whose allowance is used up stays due when it was."""
    if clock.running_since is not None:
        return clock
    return _due_again(calendar, replace(clock, running_since=at))


def lengthened(calendar: Calendar, clock: Reading, by_s: float) -> Reading:
    """An approved extension of `by_s` seconds of the clock's unit."""
    longer = replace(clock, allowed_s=clock.allowed_s + by_s)
    return longer if longer.running_since is None else _due_again(calendar, longer)


def next_step(calendar: Calendar, clock: Reading, percents: Iterable[int]) -> datetime | None:
    """When the earliest of `percents` of the allowance is reached; its start if that is behind us; None for none, or
    while the clock stands."""
    if clock.running_since is None:
        return None
    moments = [
        after(
            calendar,
            clock.running_since,
            max(timedelta(seconds=clock.allowed_s * percent / 100 - clock.used_s), timedelta()),
            clock.unit,
        )
        for percent in percents
    ]
    return min(moments, default=None)


def _due_again(calendar: Calendar, clock: Reading) -> Reading:
    assert clock.running_since is not None
    left = clock.allowed_s - clock.used_s
    if left <= 0:
        return clock
    return replace(clock, due_at=after(calendar, clock.running_since, timedelta(seconds=left), clock.unit))
