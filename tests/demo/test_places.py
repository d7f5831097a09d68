"""Streets, communities and the outline: real names and codes, made-up places inside the district."""

import shapely
from shapely.geometry import shape

from tests.demo.files import SAMPLE, by, district, rows

OUTLINE = shape(district()["geometry"])


def test_the_outline_is_drawn_with_at_most_40_points() -> None:
    assert OUTLINE.is_valid
    assert OUTLINE.geom_type == "Polygon" and not OUTLINE.interiors
    assert len(OUTLINE.exterior.coords) <= 40


def test_the_sample_position_lies_well_inside() -> None:
    degrees = OUTLINE.exterior.distance(shapely.Point(SAMPLE))
    assert OUTLINE.contains(shapely.Point(SAMPLE)) and degrees * 100_000 > 5_000


def test_there_are_16_streets_and_towns_with_codes_of_the_district() -> None:
    streets = rows("streets")
    assert len({row["code"] for row in streets}) == 16
    for row in streets:
        assert len(row["code"]) == 9 and row["code"].startswith("430112")
        # Statistical code: 001-099 are streets, 100-199 towns.
        assert row["kind"] == ("street" if row["code"][6] == "0" else "town")


def test_there_are_160_communities_each_in_its_street() -> None:
    communities = rows("communities")
    streets = {row["code"] for row in rows("streets")}
    assert len({row["code"] for row in communities}) == 160
    for row in communities:
        assert len(row["code"]) == 12 and row["code"][:9] == row["street"] and row["street"] in streets
    assert {row["street"] for row in communities} == streets


def test_every_place_lies_in_the_district() -> None:
    for row in rows("streets") + rows("communities"):
        assert OUTLINE.contains(shapely.Point(float(row["lon"]), float(row["lat"]))), row["name"]


def test_names_are_unique_within_a_street() -> None:
    for street, communities in by("communities", "street").items():
        names = [row["name"] for row in communities]
        assert len(set(names)) == len(names), street
