"""The unit grids, as they are built on a real PostGIS."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
import shapely

from demo.build_cells import build_in
from tests.demo.files import SAMPLE, district, rows

DISTRICT = shapely.geometry.shape(district()["geometry"])


@dataclass
class Cells:
    path: Path
    codes: list[str]
    communities: list[str]
    wkt: list[str]
    shapes: np.ndarray

    @cached_property
    def whole(self) -> shapely.Geometry:
        return shapely.union_all(self.shapes)

    def community_at(self, lon: float, lat: float) -> set[str]:
        return {self.communities[n] for n in self.tree.query(shapely.Point(lon, lat), predicate="intersects")}

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)


@pytest.fixture(scope="module")
def cells(grid: Path) -> Cells:
    with grid.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    wkt = [row["wkt"] for row in table]
    return Cells(grid, [r["code"] for r in table], [r["community"] for r in table], wkt, shapely.from_wkt(wkt))


async def test_there_are_tens_of_thousands_of_cells_with_15_digit_codes(cells: Cells) -> None:
    assert 90_000 < len(cells.codes) < 100_000
    assert all(re.fullmatch(r"\d{15}", code) for code in cells.codes)
    assert len(set(cells.codes)) == len(cells.codes)


async def test_a_cells_code_begins_with_its_community(cells: Cells) -> None:
    assert all(code[:12] == community for code, community in zip(cells.codes, cells.communities, strict=True))


async def test_every_community_has_cells_and_none_more_than_999(cells: Cells) -> None:
    counts = Counter(cells.communities)
    assert set(counts) == {row["code"] for row in rows("communities")}
    assert max(counts.values()) <= 999 and min(counts.values()) > 50


async def test_numbers_of_a_community_run_without_a_gap(cells: Cells) -> None:
    counts = Counter(cells.communities)
    highest = {community: int(code[12:]) for code, community in zip(cells.codes, cells.communities, strict=True)}
    assert highest == dict(counts)


async def test_numbers_run_left_to_right_then_top_to_bottom(cells: Cells) -> None:
    centres = shapely.get_coordinates(shapely.centroid(cells.shapes))
    for n in range(1, len(cells.codes)):
        if cells.communities[n] == cells.communities[n - 1]:
            (lon, lat), (before_lon, before_lat) = centres[n], centres[n - 1]
            # Rows of the projected grid are tilted a little against the parallels: 30 m over a community's width.
            assert lon > before_lon or lat < before_lat - 0.0004


async def test_the_sample_position_is_in_gaotangling(cells: Cells) -> None:
    assert {code[:9] for code in cells.community_at(*SAMPLE)} == {"430112001"}


async def test_the_centre_of_a_community_lies_in_one_of_its_cells(cells: Cells) -> None:
    for row in rows("communities"):
        assert row["code"] in cells.community_at(float(row["lon"]), float(row["lat"])), row["name"]


async def test_a_cell_is_a_hundred_metres_square(cells: Cells) -> None:
    metres = np.sqrt(shapely.area(cells.shapes) * 111_320 * 110_830 * np.cos(np.radians(28.35)))
    assert np.all(np.abs(metres - 100) < 0.5)


async def test_neighbours_share_their_corners_exactly(cells: Cells) -> None:
    uses = Counter(corner for ring in cells.wkt for corner in re.findall(r"[\d.]+ [\d.]+", ring)[:4])
    # Inside the district four cells meet in each corner; a corner that differed in one digit would be used once.
    assert max(uses.values()) == 4
    assert sum(n == 4 for n in uses.values()) > 0.97 * len(uses)


async def test_cells_do_not_overlap_and_leave_no_hole(cells: Cells) -> None:
    whole = cells.whole
    assert whole.area == pytest.approx(float(shapely.area(cells.shapes).sum()), rel=1e-9)
    assert whole.geom_type == "Polygon" and not whole.interiors


async def test_the_cells_follow_the_outline(cells: Cells) -> None:
    whole = cells.whole
    assert whole.symmetric_difference(DISTRICT).area < 0.02 * DISTRICT.area
    centres = shapely.get_coordinates(shapely.centroid(cells.shapes))
    assert np.all(shapely.contains_xy(DISTRICT.buffer(1e-6), centres[:, 0], centres[:, 1]))


async def test_each_community_is_one_piece(cells: Cells) -> None:
    communities = np.array(cells.communities)
    for code in set(cells.communities):
        piece = shapely.coverage_union_all(cells.shapes[communities == code])
        largest = max(part.area for part in getattr(piece, "geoms", [piece]))
        assert largest > 0.98 * piece.area, code


async def test_the_same_files_give_the_same_cells(cells: Cells, database_url: str, tmp_path: Path) -> None:
    again = await build_in(database_url, tmp_path, progress=lambda _: None)
    assert again.read_bytes() == cells.path.read_bytes()
