"""The working calendar of 2026 and 2027."""

import datetime as dt

import pytest

from backend.core.worktime import Calendar, Limit, due, parse_hours
from tests.demo.files import district, rows

DAYS = {dt.date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in rows("calendar")}


def calendar() -> Calendar:
    facts = district()["properties"]
    return Calendar(DAYS, parse_hours(facts["work_hours"]), facts["time_zone"])


@pytest.mark.parametrize("year", [2026, 2027])
def test_each_year_has_holidays_and_makes_up_for_them_at_weekends(year: int) -> None:
    named = {day: works for day, works in DAYS.items() if day.year == year}
    makeup = [day for day, works in named.items() if works]
    assert len(makeup) >= 4 and all(day.weekday() >= 5 for day in makeup)
    assert len(named) - len(makeup) >= 25


@pytest.mark.parametrize("year", [2026, 2027])
def test_holidays_take_13_working_days_net_of_those_made_up_for(year: int) -> None:
    # 全国年节及纪念日放假办法 (2024): thirteen days a year; one that falls on a weekend is given back on a weekday.
    lost = sum(not works and day.weekday() < 5 for day, works in DAYS.items() if day.year == year)
    made_up = sum(works for day, works in DAYS.items() if day.year == year)
    assert lost - made_up == 13


def test_2027_is_marked_as_an_example_and_2026_is_not() -> None:
    for row in rows("calendar"):
        assert row["name"].endswith("（示例）") == row["date"].startswith("2027")


def test_one_working_day_from_the_eve_of_the_2026_national_day_ends_after_the_holiday() -> None:
    clock = calendar()
    start = dt.datetime(2026, 9, 30, 16, 0, tzinfo=clock.zone)
    assert due(clock, start, Limit(1, "work_day")) == dt.datetime(2026, 10, 8, 16, 0, tzinfo=clock.zone)


def test_a_made_up_saturday_works() -> None:
    clock = calendar()
    start = dt.datetime(2026, 10, 9, 16, 0, tzinfo=clock.zone)
    assert due(clock, start, Limit(1, "work_day")) == dt.datetime(2026, 10, 10, 16, 0, tzinfo=clock.zone)
