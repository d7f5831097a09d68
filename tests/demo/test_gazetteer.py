"""The demo's gazetteer lies in its district, says that it is made up, and places what people write."""

import csv

import pytest

from backend.admin.kinds.gazetteer import GazetteerRow
from backend.core.geo import GeoPoint, metres_between
from backend.core.pinyin import plain, spelled
from backend.territory.gazetteer_rules import Entry, FoundPlace, places_in
from tests.demo.files import FOLDER

WEST, EAST, SOUTH, NORTH = 112.6, 113.1, 28.1, 28.6


@pytest.fixture(scope="module")
def rows() -> list[GazetteerRow]:
    with (FOLDER / "gazetteer.csv").open(encoding="utf-8", newline="") as file:
        return [GazetteerRow(**{k: v for k, v in row.items() if v}) for row in csv.DictReader(file)]


def placed(rows: list[GazetteerRow], words: str) -> list[FoundPlace]:
    entries = [
        Entry(row.id, row.name, row.kind, GeoPoint(lon=row.lon, lat=row.lat), row.street, word, spelling)
        for row in rows
        for word, spelling in zip(row.words, row.pinyin, strict=True)
    ]
    compared = plain(words)
    heard = spelled(compared)
    named = [one for one in entries if one.word in compared or (one.kind != "lamp" and one.spelling in heard)]
    return places_in(compared, heard, named)


def test_every_row_is_in_the_district_and_labelled(rows: list[GazetteerRow]) -> None:
    assert {row.source for row in rows} == {"示例"}
    assert all(WEST < row.lon < EAST and SOUTH < row.lat < NORTH for row in rows)
    assert {row.kind for row in rows} == {"street", "community", "road", "poi", "lamp", "address"}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("雷锋大道与金星路交叉口往西50米", "雷锋大道与金星路交叉口"),
        ("雷锋大道和金兴路路口有人占道经营", "雷锋大道与金星路交叉口"),
        ("高塘岭街道望府路小学门口", "望府路小学"),
        ("灯杆号 WC0123 不亮", "WC0123"),
        ("望府路48号门前", "望府路48号"),
        ("斑马湖公园北侧30米", "斑马湖公园"),
        ("金山桥街道金平社区", "金坪社区"),
        ("白箬铺镇光明村", "光明村"),
    ],
)
def test_what_people_write_is_placed(rows: list[GazetteerRow], words: str, name: str) -> None:
    assert placed(rows, words)[0].name == name


def test_fifty_metres_west_of_a_crossing_is_fifty_metres_away(rows: list[GazetteerRow]) -> None:
    crossing = placed(rows, "雷锋大道与金星路交叉口")[0]
    moved = placed(rows, "雷锋大道与金星路交叉口往西50米")[0]
    assert metres_between(crossing.point, moved.point) == pytest.approx(50, abs=0.5)
    assert moved.point.lon < crossing.point.lon
