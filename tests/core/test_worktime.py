from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.worktime import Calendar, Limit, Unit, due, elapsed, parse_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = [(time(8), time(12)), (time(14), time(18))]
# National Day 2026: eight days off, two make-up working days around it.
NATIONAL_DAY = {
    date(2026, 9, 20): True,
    **{date(2026, 10, day): False for day in range(1, 9)},
    date(2026, 10, 10): True,
}
PLAIN = Calendar({}, HOURS, "Asia/Shanghai")
HOLIDAY = Calendar(NATIONAL_DAY, HOURS, "Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_one_working_day_from_friday_16_ends_on_monday_16() -> None:
    assert due(PLAIN, at("2026-11-27T16:00"), Limit(1, "work_day")) == at("2026-11-30T16:00")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-11-24T09:30", 2, "work_hour", "2026-11-24T11:30"),
        ("2026-11-24T11:00", 2, "work_hour", "2026-11-24T15:00"),  # the lunch break does not count
        ("2026-11-24T12:30", 1, "work_hour", "2026-11-24T15:00"),
        ("2026-11-24T06:00", 1, "work_hour", "2026-11-24T09:00"),
        ("2026-11-24T08:00", 1, "work_day", "2026-11-24T18:00"),  # closing time, not the next opening
        ("2026-11-24T18:00", 1, "work_day", "2026-11-25T18:00"),
        ("2026-11-27T19:00", 1, "work_hour", "2026-11-30T09:00"),
        ("2026-11-28T10:00", 1, "work_hour", "2026-11-30T09:00"),  # a Saturday
        ("2026-11-27T16:00", 1, "emergency_day", "2026-11-28T16:00"),
        ("2026-11-27T23:30", 2, "emergency_hour", "2026-11-28T01:30"),
    ],
)
def test_limits_without_holidays(start: str, amount: int, unit: Unit, end: str) -> None:
    assert due(PLAIN, at(start), Limit(amount, unit)) == at(end)


def test_a_long_holiday_stops_the_working_clock() -> None:
    assert due(HOLIDAY, at("2026-09-30T16:00"), Limit(1, "work_day")) == at("2026-10-09T16:00")


def test_a_long_holiday_does_not_stop_the_emergency_clock() -> None:
    assert due(HOLIDAY, at("2026-09-30T16:00"), Limit(1, "emergency_day")) == at("2026-10-01T16:00")


def test_a_make_up_saturday_counts_as_a_working_day() -> None:
    assert due(HOLIDAY, at("2026-10-09T16:00"), Limit(1, "work_day")) == at("2026-10-10T16:00")
    assert elapsed(HOLIDAY, at("2026-10-10T00:00"), at("2026-10-11T00:00"), "work_hour") == 8 * 3600


def test_a_start_inside_the_holiday_waits_for_its_end() -> None:
    assert due(HOLIDAY, at("2026-10-04T10:00"), Limit(4, "work_hour")) == at("2026-10-09T12:00")


def test_the_zone_of_the_start_does_not_matter_and_the_answer_is_in_local_time() -> None:
    answer = due(PLAIN, at("2026-11-27T16:00").astimezone(UTC), Limit(1, "work_day"))
    assert answer == at("2026-11-30T16:00")
    assert answer.utcoffset() == timedelta(hours=8)


def test_a_calendar_round_the_clock_closes_at_midnight() -> None:
    calendar = Calendar({}, parse_hours("00:00-24:00"), "Asia/Shanghai")
    assert due(calendar, at("2026-11-27T20:00"), Limit(6, "work_hour")) == at("2026-11-30T02:00")
    assert due(calendar, at("2026-11-26T20:00"), Limit(6, "work_hour")) == at("2026-11-27T02:00")


def test_where_clocks_change_real_hours_are_counted() -> None:
    calendar = Calendar({date(2026, 3, 29): True}, parse_hours("00:00-24:00"), "Europe/Berlin")
    midnight = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    assert elapsed(calendar, midnight, midnight + timedelta(days=1), "work_hour") == 23 * 3600


def test_hours_are_read_from_text() -> None:
    assert parse_hours("08:00-12:00,14:00-18:00") == HOURS
    assert parse_hours(" 8:00\uff0d12:00\uff0c14\uff1a00\u201318:00 ") == HOURS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not working hours"),
        ("8-12", "not working hours"),
        ("08:00-12:00,", "not working hours"),
        ("08:00-25:00", "no such time"),
        ("24:00-08:00", "no such time"),
        ("22:00-06:00", "open before they close: 22:00-06:00"),
        ("08:00-08:00", "open before they close"),
        ("08:00-12:00,11:00-18:00", "not overlap: 11:00 is before 12:00"),
        ("14:00-18:00,08:00-12:00", "ascend"),
    ],
)
def test_wrong_hours_are_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_hours(text)


def test_bad_input_is_refused_with_a_reason() -> None:
    with pytest.raises(ValueError, match="1 to 10,000"):
        Limit(0, "work_day")
    with pytest.raises(ValueError, match="unknown unit"):
        Limit(1, "fortnight")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="without a zone"):
        due(PLAIN, at("2026-11-27T16:00").replace(tzinfo=None), Limit(1, "work_day"))
    with pytest.raises(ValueError, match="before the start"):
        elapsed(PLAIN, at("2026-11-27T16:00"), at("2026-11-27T15:00"), "work_hour")
    with pytest.raises(ValueError, match="at least one span"):
        Calendar({}, [], "Asia/Shanghai")
    with pytest.raises(KeyError):
        Calendar({}, HOURS, "Asia/Wangcheng")


# --- properties -------------------------------------------------------------------------------------------

units = st.sampled_from(["emergency_hour", "emergency_day", "work_hour", "work_day"])
working_units = st.sampled_from(["work_hour", "work_day"])
dates = st.dates(date(2026, 9, 1), date(2026, 12, 31))
starts = st.datetimes(
    min_value=datetime.fromisoformat("2026-09-01"),
    max_value=datetime.fromisoformat("2026-12-31"),
    timezones=st.just(UTC),
)
amounts = st.integers(1, 60)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    minutes = sorted(draw(st.sets(st.integers(0, 1439), min_size=2, max_size=6)))
    edges = [time(minute // 60, minute % 60) for minute in minutes]
    hours = list(zip(edges[::2], edges[1::2], strict=False))
    zone = draw(st.sampled_from(["Asia/Shanghai", "UTC", "Asia/Kathmandu"]))
    return Calendar(draw(st.dictionaries(dates, st.booleans(), max_size=30)), hours, zone)


@given(calendars(), starts, starts, amounts, units)
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, one: datetime, other: datetime, amount: int, unit: Unit
) -> None:
    earlier, later = sorted([one, other])
    assert due(calendar, earlier, Limit(amount, unit)) <= due(calendar, later, Limit(amount, unit))


@given(calendars(), starts, amounts, units)
def test_a_larger_limit_is_due_later(calendar: Calendar, start: datetime, amount: int, unit: Unit) -> None:
    assert due(calendar, start, Limit(amount, unit)) < due(calendar, start, Limit(amount + 1, unit))


@given(calendars(), starts, amounts, units)
def test_exactly_the_limit_has_elapsed_when_it_is_due(
    calendar: Calendar, start: datetime, amount: int, unit: Unit
) -> None:
    one = {
        "emergency_hour": 3600.0,
        "emergency_day": 86400.0,
        "work_hour": 3600.0,
        "work_day": calendar.full_day.total_seconds(),
    }[unit]
    end = due(calendar, start, Limit(amount, unit))
    assert elapsed(calendar, start, end, unit) == pytest.approx(amount * one, abs=1e-5)
    assert elapsed(calendar, start, end - timedelta(seconds=1), unit) < amount * one  # and not earlier


@given(calendars(), starts, amounts, units)
def test_limits_add_up(calendar: Calendar, start: datetime, amount: int, unit: Unit) -> None:
    first = due(calendar, start, Limit(amount, unit))
    assert due(calendar, first, Limit(1, unit)) == due(calendar, start, Limit(amount + 1, unit))


@given(calendars(), starts, amounts, working_units, dates)
def test_one_more_day_off_never_shortens_a_limit(
    calendar: Calendar, start: datetime, amount: int, unit: Unit, day: date
) -> None:
    rested = Calendar({**calendar.days, day: False}, calendar.hours, calendar.tz)
    assert due(rested, start, Limit(amount, unit)) >= due(calendar, start, Limit(amount, unit))


@given(calendars(), st.tuples(starts, starts, starts), units)
def test_cutting_an_interval_in_two_loses_no_time(
    calendar: Calendar, moments: tuple[datetime, datetime, datetime], unit: Unit
) -> None:
    start, middle, end = sorted(moments)
    parts = elapsed(calendar, start, middle, unit) + elapsed(calendar, middle, end, unit)
    assert parts == pytest.approx(elapsed(calendar, start, end, unit), abs=1e-5)


@given(calendars(), starts, starts, working_units)
def test_working_time_never_runs_faster_than_the_clock(
    calendar: Calendar, one: datetime, other: datetime, unit: Unit
) -> None:
    start, end = sorted([one, other])
    assert 0 <= elapsed(calendar, start, end, unit) <= (end - start).total_seconds()
