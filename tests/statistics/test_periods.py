"""Periods are the district's calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from backend.statistics.periods import BadPeriod, Period

ZONE = ZoneInfo("Asia/Shanghai")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11", datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)),
        ("2026-12", datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2026-Q4", datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_period_goes_from_local_midnight_to_local_midnight(text: str, start: datetime, end: datetime) -> None:
    period = Period.parse(text)
    span = period.span(ZONE, LATER)
    assert (span.start, span.end) == (start, end)
    assert period.text == text


def test_a_period_that_still_runs_ends_now() -> None:
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert Period.parse("2026-11").span(ZONE, now).end == now


def test_last_year_is_the_same_months_of_the_year_before() -> None:
    assert Period.parse("2026-Q1").last_year().text == "2025-Q1"
    assert Period.parse("2024-02").last_year().span(ZONE, LATER).end == datetime(2023, 2, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-0", "2026-Q5", "1999", "November", "2026-11-24", "２０２６"])
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.parse(text)
