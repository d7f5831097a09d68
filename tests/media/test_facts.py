from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.exif import Tiff
from media.facts import Facts, facts
from tests.media.pictures import encoded, exif_block, four_corners, gps

DEGREES = [(28, 1), (21, 1), (1080, 100)]  # 28° 21' 10.8" = 28.353
EAST = [(112, 1), (49, 1), (12, 1)]  # 112° 49' 12" = 112.82


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(exif: bytes, kind: str = "JPEG") -> Facts:
        path = tmp_path / "photo"
        path.write_bytes(encoded(four_corners(), kind, exif=exif))
        return facts(path)

    return read


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_place_time_and_camera_are_read_from_every_format(read: Any, kind: str) -> None:
    found = read(
        exif_block(
            {0x010F: b"HUAWEI", 0x0110: b"P60"},
            {0x9003: b"2026:11:24 08:30:15"},
            {1: b"N", 2: DEGREES, 3: b"E", 4: EAST},
        ),
        kind,
    )
    assert (found.lon, found.lat) == (pytest.approx(112.82), pytest.approx(28.353))
    assert found.taken_at == datetime(2026, 11, 24, 8, 30, 15)  # noqa: DTZ001 - the file gives no zone
    assert (found.make, found.model, found.width, found.height) == ("HUAWEI", "P60", 96, 64)


@pytest.mark.parametrize(
    ("block", "lat", "lon"),
    [
        (gps(DEGREES, EAST, b"S", b"W"), -28.353, -112.82),
        (gps([(28, 1), (2118, 100), (0, 1)], [(112, 1), (492, 10), (0, 1)]), 28.353, 112.82),  # minutes only
        (gps([(28353, 1000), (0, 1), (0, 1)], [(11282, 100), (0, 1), (0, 1)]), 28.353, 112.82),  # degrees only
        (gps([(28, 1), (20, 1), (60, 1)], EAST), 28.35, 112.82),  # 60 seconds by rounding
        (gps(DEGREES, EAST, b"n", b"e "), 28.353, 112.82),
        (gps([(0, 1), (0, 1), (0, 1)], EAST), 0.0, 112.82),  # the equator is a place
    ],
)
def test_a_position_is_read_however_it_is_written(read: Any, block: bytes, lat: float, lon: float) -> None:
    found = read(block)
    assert (found.lat, found.lon) == (pytest.approx(lat), pytest.approx(lon))


@pytest.mark.parametrize(
    "block",
    [
        gps([(0, 0)] * 3, [(0, 0)] * 3),
        gps(DEGREES, [(0, 0)] * 3),
        gps([(28, 1), (0, 0), (0, 1)], EAST),
        gps([(0, 1)] * 3, [(0, 1)] * 3),  # null island
        gps(DEGREES, EAST, None, None),
        gps(DEGREES, EAST, b"\0", b"\0"),
        gps(DEGREES, EAST, b"E", b"N"),
        gps(DEGREES, None),
        gps([(91, 1), (0, 1), (0, 1)], EAST),
        gps(DEGREES, [(180, 1), (0, 1), (1, 1)]),
        gps([(28, 1), (75, 1), (0, 1)], EAST),
        gps([(4294967295, 1)] * 3, [(4294967295, 1)] * 3),
        exif_block(gps={0: (2, 3, 0, 0)}),
        exif_block(),
        b"",
    ],
)
def test_a_position_that_is_none_is_none(read: Any, block: bytes) -> None:
    found = read(block)
    assert (found.lat, found.lon) == (None, None)


@pytest.mark.parametrize(
    ("offset", "zone"),
    [
        (b"+08:00", timezone(timedelta(hours=8))),
        (b"-05:30", timezone(-timedelta(hours=5, minutes=30))),
        (b"   :  ", None),
        (b"+99:00", None),
    ],
)
def test_a_time_has_a_zone_only_if_the_file_gives_one(read: Any, offset: bytes, zone: timezone | None) -> None:
    found = read(exif_block(exif={0x9003: b"2026:11:24 08:30:15", 0x9011: offset}))
    assert found.taken_at == datetime(2026, 11, 24, 8, 30, 15, tzinfo=zone)


@pytest.mark.parametrize(
    ("main", "exif", "expected"),
    [
        ({0x0132: b"2026:01:01 00:00:00"}, {0x9003: b"2026:11:24 08:30:15"}, "2026-11-24 08:30:15"),
        ({0x0132: b"2026:01:01 00:00:00"}, {}, "2026-01-01 00:00:00"),
        ({0x0132: b"2026:01:01 00:00:00"}, {0x9003: b"0000:00:00 00:00:00"}, "2026-01-01 00:00:00"),
        ({}, {0x9003: b"2026:02:30 08:30:15"}, "None"),
        ({}, {0x9003: b"    :  :     :  :  "}, "None"),
        ({}, {}, "None"),
    ],
)
def test_the_shutter_counts_before_the_file_and_nonsense_does_not(
    read: Any, main: dict[int, bytes], exif: dict[int, bytes], expected: str
) -> None:
    assert str(read(exif_block(main, exif)).taken_at) == expected


@pytest.mark.parametrize(("raw", "expected"), [(1, 1), (6, 6), (8, 8), (0, 1), (9, 1), (65535, 1)])
def test_an_orientation_that_is_none_means_upright(read: Any, raw: int, expected: int) -> None:
    assert read(exif_block({0x0112: raw})).orientation == expected


def test_a_heic_is_turned_by_its_container_not_by_exif(read: Any) -> None:
    found = read(exif_block({0x0112: 6}), "HEIF")
    assert (found.orientation, found.width, found.height) == (1, 64, 96)


def test_text_holds_nothing_that_a_database_or_a_page_refuses(read: Any) -> None:
    found = read(exif_block({0x010F: b"AC\x07ME\0<script>", 0x0110: " 相机 ".encode()}))
    assert (found.make, found.model) == ("ACME", "相机")


def test_a_file_that_is_no_photo_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    path.write_bytes(b"<html>")
    assert facts(path) == Facts()


BLOCK = exif_block(
    {0x010F: b"HUAWEI", 0x0112: 6}, {0x9003: b"2026:11:24 08:30:15"}, {1: b"N", 2: DEGREES, 3: b"E", 4: EAST}
)


@given(st.data())
def test_damage_costs_what_it_hits_and_never_an_error_or_nan(tmp_path_factory: Any, draw: st.DataObject) -> None:
    block = bytearray(BLOCK)
    for place in draw.draw(st.lists(st.integers(6, len(block) - 1), min_size=1, max_size=12)):
        block[place] = draw.draw(st.integers(0, 255))
    block = block[: draw.draw(st.integers(6, len(block)))]
    segment = b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block
    path = tmp_path_factory.getbasetemp() / "damaged.jpg"
    path.write_bytes(b"\xff\xd8" + segment + encoded(four_corners())[2:])
    found = facts(path)
    assert (found.lat is None) == (found.lon is None)
    if found.lat is not None and found.lon is not None:
        assert -90 <= found.lat <= 90 and -180 <= found.lon <= 180
    assert found.width == 96


def test_a_directory_that_points_to_itself_or_claims_everything_ends() -> None:
    block = b"II*\0\x08\0\0\0" + b"\xff\xff" + b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0" * 70_000
    tiff = Tiff(block)
    assert len(tiff.main) == len(tiff.exif) == 1
    assert Tiff(b"II*\0" + b"\x0f\x01\x02\0\xff\xff\xff\xff\x08\0\0\0" * 9).text({}, 0x010F) is None
