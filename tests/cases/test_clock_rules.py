"""A clock as numbers: what has run is conserved, more time is never less, a day off never shortens it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.cases.rules import lengthened, next_step, paused, resumed, started
from backend.core.worktime import UNITS, Calendar, Limit, Unit, after, elapsed, length

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = [(time(8), time(12)), (time(14), time(18))]
START = datetime(2026, 9, 1, tzinfo=ZONE)

moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
gaps = st.integers(0, 10 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
days = st.dictionaries(st.dates(date(2026, 8, 25), date(2026, 12, 31)), st.booleans(), max_size=25)
units = st.sampled_from(UNITS)


def calendar(named: dict[date, bool]) -> Calendar:
    return Calendar(named, HOURS, "Asia/Shanghai")


@given(days, moments, gaps, st.integers(1, 20), units)
@settings(max_examples=200, deadline=None)
def test_a_later_start_is_never_due_earlier(
    named: dict[date, bool], at: datetime, gap: timedelta, amount: int, unit: Unit
) -> None:
    limit = Limit(amount, unit)
    first, second = (started(calendar(named), moment, limit) for moment in (at, at + gap))
    assert first.due_at <= second.due_at


@given(days, moments, st.integers(1, 20), st.integers(1, 20), units)
@settings(max_examples=200, deadline=None)
def test_more_time_is_never_less(named: dict[date, bool], at: datetime, amount: int, more: int, unit: Unit) -> None:
    plain, longer = (
        started(calendar(named), at, Limit(amount, unit)),
        started(calendar(named), at, Limit(amount + more, unit)),
    )
    assert plain.due_at < longer.due_at
    extended = lengthened(calendar(named), plain, length(calendar(named), Limit(more, unit)).total_seconds())
    assert extended.due_at == longer.due_at


@given(days, moments, st.lists(gaps, min_size=2, max_size=8), st.integers(1, 20), units)
@settings(max_examples=200, deadline=None)
def test_pausing_and_resuming_conserves_what_has_run(
    named: dict[date, bool], at: datetime, steps: list[timedelta], amount: int, unit: Unit
) -> None:
    known = calendar(named)
    clock, moment, ran = started(known, at, Limit(amount, unit)), at, 0.0
    for nth, gap in enumerate(steps):
        following = moment + gap
        if nth % 2 == 0:
            ran += elapsed(known, moment, following, unit)
            clock = paused(known, clock, following)
        else:
            clock = resumed(known, clock, following)
        moment = following
    clock = resumed(known, clock, moment)
    assert abs(clock.used_s - ran) < 1e-6
    if clock.allowed_s > ran:
        assert clock.due_at == after(known, moment, timedelta(seconds=clock.allowed_s - clock.used_s), unit)
    else:
        assert clock.due_at <= moment, "whoever had used up his time gets none by a pause"


@given(days, moments, st.integers(1, 20), units, st.dates(date(2026, 9, 1), date(2026, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_a_day_off_never_shortens_it(named: dict[date, bool], at: datetime, amount: int, unit: Unit, off: date) -> None:
    limit = Limit(amount, unit)
    works, rests = calendar({**named, off: True}), calendar({**named, off: False})
    if unit == "work_day":
        assert started(works, at, limit).allowed_s == started(rests, at, limit).allowed_s
    assert started(works, at, limit).due_at <= started(rests, at, limit).due_at


def test_steps_are_reached_at_their_share_of_the_limit() -> None:
    known = calendar({})
    clock = started(known, datetime(2026, 11, 24, 8, tzinfo=ZONE), Limit(8, "work_hour"))
    assert next_step(known, clock, [75, 100]) == datetime(2026, 11, 24, 16, tzinfo=ZONE)
    assert next_step(known, clock, [150]) == datetime(2026, 11, 25, 12, tzinfo=ZONE)
    assert next_step(known, clock, []) is None
    assert next_step(known, paused(known, clock, datetime(2026, 11, 24, 9, tzinfo=ZONE)), [75]) is None
