"""The six sample photos: small enough to keep, and placed, timed and turned as their table says."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from shapely.geometry import Point, shape

from demo.draw.photos import FOLDER, Sample, make, samples
from demo.draw.scenes import picture
from media.facts import facts

WANGCHENG = FOLDER.parent / "wangcheng"


@pytest.fixture(params=samples(), ids=lambda sample: sample.file)
def sample(request: pytest.FixtureRequest) -> Sample:
    found: Sample = request.param
    return found


def test_there_are_six_and_one_of_them_is_stored_turned() -> None:
    assert [s.file for s in samples()] == sorted(path.name for path in FOLDER.glob("*.jpg"))
    assert sorted(s.orientation for s in samples()) == [1, 1, 1, 1, 1, 6]


def test_place_time_and_turn_are_read_back_from_the_file(sample: Sample) -> None:
    read = facts(FOLDER / sample.file)
    assert read.lon == pytest.approx(sample.lon, abs=1e-7)
    assert read.lat == pytest.approx(sample.lat, abs=1e-7)
    assert read.taken_at == sample.taken_at
    assert read.orientation == sample.orientation


def test_the_photo_is_small_and_upright_once_turned(sample: Sample) -> None:
    path = FOLDER / sample.file
    assert path.stat().st_size <= 120_000
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    assert upright.size == (1200, 900)
    drawn = picture(sample.class_code, sample.icon, sample.seed, after=False, width=1200)
    assert max(ImageStat.Stat(ImageChops.difference(upright, drawn)).mean) < 5


def test_the_photo_lies_in_the_district() -> None:
    district = shape(json.loads((WANGCHENG / "district.geojson").read_text("utf-8"))["geometry"])
    for sample in samples():
        assert district.contains(Point(sample.lon, sample.lat)), sample.file


def test_the_six_places_are_near_six_different_streets() -> None:
    lines = (WANGCHENG / "streets.csv").read_text("utf-8").splitlines()
    streets = {code: Point(float(lon), float(lat)) for code, *_, lon, lat in (line.split(",") for line in lines[1:])}
    nearest = {min(streets, key=lambda code: streets[code].distance(Point(s.lon, s.lat))) for s in samples()}
    assert len(nearest) == 6


def test_the_script_makes_what_is_kept(sample: Sample, tmp_path: Path) -> None:
    made = tmp_path / sample.file
    made.write_bytes(make(sample))
    assert facts(made) == facts(FOLDER / sample.file)


@pytest.mark.parametrize("bad", ["x.jpg,E0110,i,one,112,28,2026-11-20T10:00:00,1", "x.jpg,E0110,i,1,112,28,noon,1"])
def test_a_row_that_is_not_a_sample_is_named(bad: str, tmp_path: Path) -> None:
    table = tmp_path / "photos.csv"
    table.write_text("file,class,icon,seed,lon,lat,taken_at,orientation\n" + bad + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"photos\.csv line 2"):
        samples(table)


def test_a_turn_that_no_phone_writes_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "photos.csv"
    row = "x.jpg,E0110,i,1,112,28,2026-11-20T10:00:00,2"
    table.write_text("file,class,icon,seed,lon,lat,taken_at,orientation\n" + row + "\n", "utf-8")
    with pytest.raises(ValueError, match="orientation 2"):
        samples(table)
