"""Which position of a report is its place."""

from datetime import UTC, datetime, timedelta, timezone

from backend.cases.place import Fix, PhotoPlace, choose_place

BEIJING = timezone(timedelta(hours=8))
SHUTTER = datetime(2026, 11, 24, 9, 0, tzinfo=BEIJING)
FIX = Fix(112.82, 28.353, "gps", 8.0, SHUTTER, 1.0)


def test_exif_time_without_a_zone_is_local_time_where_the_phone_is() -> None:
    live = PhotoPlace(113.0, 28.2, datetime.fromisoformat("2026-11-24T08:59:30"))
    old = PhotoPlace(113.0, 28.2, datetime.fromisoformat("2026-11-20T08:59:30"))
    placed_live, placed_old = choose_place(FIX, [live], SHUTTER), choose_place(FIX, [old], SHUTTER)
    assert placed_live is not None and placed_live.source == "gps"
    assert placed_old is not None and placed_old.source == "exif"


def test_exif_time_with_a_zone_is_an_instant() -> None:
    photo = PhotoPlace(113.0, 28.2, datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    placed = choose_place(FIX, [photo], SHUTTER)
    assert placed is not None and placed.source == "gps"
