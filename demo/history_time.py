"""Moments for the plan of past cases, by the working calendar."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from backend.core.worktime import Calendar, Limit, due, elapsed

_RUNS_ON = ("emergency_hour", "emergency_day")
# A year of a city's service requests: three in four are opened from 08:00 to 16:59.
_HOURS = ((8, 17, 76), (6, 8, 6), (17, 22, 18))


@dataclass(frozen=True)
class Hours:
    """Finds moments on one calendar. All times are aware; answers are in the calendar's zone."""

    calendar: Calendar

    def daytime(self, random: Random, end: datetime, days: int) -> datetime:
        """A moment within the `days` before `end`, at an hour when people report."""
        day = (end - timedelta(days=random.uniform(0, days))).astimezone(self.calendar.zone).date()
        first, last, _ = random.choices(_HOURS, [weight for _, _, weight in _HOURS])[0]
        at = datetime.combine(day, time(), self.calendar.zone) + timedelta(hours=random.uniform(first, last))
        return at if at < end else at - timedelta(days=1)

    def before(self, now: datetime, limit: Limit, run: float) -> datetime:
        """The latest start from which `run` of the limit has been used at `now` (0.5: half, 1.2: overdue)."""
        used = run * self._seconds(limit)
        early, late = now - timedelta(days=120), now
        while late - early > timedelta(seconds=30):
            middle = early + (late - early) / 2
            if elapsed(self.calendar, middle, now, limit.unit) >= used:
                early = middle
            else:
                late = middle
        return early.astimezone(self.calendar.zone)

    def after(self, start: datetime, limit: Limit, run: float) -> datetime:
        """When somebody answers who uses `run` of the limit; within working time unless the clock runs on."""
        end = due(self.calendar, start, limit)
        at = start + (end - start) * run
        if limit.unit in _RUNS_ON:
            return at.astimezone(self.calendar.zone)
        return self._worked(start, at)

    def check(self, random: Random, answered: datetime) -> datetime:
        """When an inspector has looked at an answer: the same day, or the next morning."""
        at = (answered + timedelta(minutes=random.uniform(12, 150))).astimezone(self.calendar.zone)
        if 7 <= at.hour < 20:
            return at
        day = at.date() + timedelta(days=1 if at.hour >= 20 else 0)
        return datetime.combine(day, time(8), self.calendar.zone) + timedelta(minutes=random.uniform(0, 90))

    def _worked(self, start: datetime, at: datetime) -> datetime:
        """`at`, or the end of the last working span before it; `at` itself when none has begun since `start`."""
        latest = at
        for opens, closes in self.calendar.spans(start):
            if opens > at:
                break
            if closes > start:
                latest = min(at, closes)
        return max(latest, start + timedelta(minutes=5)).astimezone(self.calendar.zone)

    def _seconds(self, limit: Limit) -> float:
        one = {
            "emergency_hour": timedelta(hours=1),
            "emergency_day": timedelta(days=1),
            "work_hour": timedelta(hours=1),
            "work_day": self.calendar.full_day,
        }
        return limit.amount * one[limit.unit].total_seconds()
