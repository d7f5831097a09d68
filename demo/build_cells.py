"""Draw the demo district's unit grids (单元网格): squares of 100 m in the district's projection, stored as WGS-84.

A square belongs to the district when its centre lies inside the outline. Streets share the squares by a power
diagram, communities share their street's squares the same way, so every piece is one piece. Sizes are made up (示例):
a village gets three times the area of a town community, give or take. Codes are 15 digits: the community's twelve
and a number that runs left to right, top to bottom (CJ/T 213 practice).
"""

import argparse
import asyncio
import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import numpy as np
import shapely
from numpy.typing import NDArray

from demo.power import Labels, Points, share

DISTRICT = Path(__file__).parent / "wangcheng"
SIDE = 100
"""Metres; ten thousand square metres a cell is what "万米单元网格" says."""
MOST = 999
"""Cells that one community can hold: three digits of the code."""
DECIMALS = 8
"""Of a degree, about a millimetre: neighbours name the same corner with the same digits."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """A street or a community, and its centre (WGS-84 lon, lat)."""

    code: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Lattice:
    """Candidate squares: column and row in steps of SIDE, and the corners' WGS-84 degrees by (column, row)."""

    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    corners: dict[tuple[int, int], str]

    @property
    def centres(self) -> Points:
        """(n, 2) metres: easting, northing."""
        return np.stack([self.columns, self.rows], axis=1).astype(np.float64) * SIDE + SIDE / 2


_BOUNDS = """
select floor(ST_XMin(g) / $3)::int, floor(ST_YMin(g) / $3)::int, ceil(ST_XMax(g) / $3)::int, ceil(ST_YMax(g) / $3)::int
from (select ST_Transform(ST_GeomFromText($1, 4326), $2::int) as g) o
"""

# Row by row from the north, so that a reader of the file goes as the codes go.
_POINTS = """
select x, y, ST_X(p) as lon, ST_Y(p) as lat
from generate_series($1::int, $3::int) x, generate_series($2::int, $4::int) y,
     ST_Transform(ST_SetSRID(ST_MakePoint(x * $5::float8 + $6::float8, y * $5::float8 + $6::float8), $7::int), 4326) p
order by y desc, x
"""

_METRES = """
select ST_X(p), ST_Y(p)
from unnest($1::float8[], $2::float8[]) with ordinality u (lon, lat, nth),
     ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), $3::int) p
order by nth
"""


def build(connection_url: str, out: Path, progress: Progress = print, district: Path = DISTRICT) -> Path:
    """Write `unit_grids.csv` (code, community, wkt) into the folder `out` and return its path.

    connection_url: any PostgreSQL database with PostGIS, used for its projections only; nothing is written there.
    The same files give the same cells. Not to be called from a running event loop: await `build_in` there.

    Raises OSError when the database is out of reach, ValueError when the communities cannot hold the area.
    """
    return asyncio.run(build_in(connection_url, out, progress, district))


async def build_in(connection_url: str, out: Path, progress: Progress = print, district: Path = DISTRICT) -> Path:
    """`build` for callers that are in an event loop already."""
    feature = json.loads((district / "district.geojson").read_text("utf-8"))
    outline = shapely.from_geojson(json.dumps(feature["geometry"]))
    srid = int(feature["properties"]["metric_srid"])
    streets = read_places(district / "streets.csv")
    communities = read_places(district / "communities.csv")
    connection = await asyncpg.connect(connection_url.replace("+asyncpg", ""))
    try:
        progress("drawing the lattice")
        lattice = await _lattice(connection, outline, srid)
        street_sites = await _metres(connection, streets, srid)
        community_sites = await _metres(connection, communities, srid)
    finally:
        await connection.close()
    progress(f"sharing {len(lattice.rows)} unit grids among {len(communities)} communities")
    owner = assign(lattice.centres, streets, street_sites, communities, community_sites)
    path = _write(out, lattice, owner, [place.code for place in communities])
    progress(f"wrote {path}")
    return path


def read_places(path: Path) -> list[Place]:
    """Streets or communities of an import file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Place(row["code"], float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]


def assign(
    points: Points,
    streets: list[Place],
    street_sites: Points,
    communities: list[Place],
    community_sites: Points,
) -> Labels:
    """Give each point (metres) to one community: (n,) indexes into `communities`. ValueError as in `share`."""
    sizes = np.array([_size(place.code) for place in communities])
    street_of = np.array([[p.code for p in streets].index(place.code[:9]) for place in communities])
    of_street = np.bincount(street_of, weights=sizes, minlength=len(streets)).astype(np.float64)
    street = share(points, street_sites, of_street)
    owner = np.empty(len(points), dtype=np.intp)
    for nth in range(len(streets)):
        inside = np.flatnonzero(street == nth)
        mine = np.flatnonzero(street_of == nth)
        owner[inside] = mine[share(points[inside], community_sites[mine], sizes[mine], MOST)]
    return owner


def _size(code: str) -> float:
    """Relative area. In the statistical code the last three digits are 001-199 for 居委会 and 200-399 for 村委会."""
    return (3.0 if code[9] in "23" else 1.0) * (0.85 + 0.05 * (int(code) % 7))


async def _lattice(connection: asyncpg.Connection, outline: shapely.Polygon, srid: int) -> Lattice:
    west, south, east, north = await connection.fetchrow(_BOUNDS, outline.wkt, srid, float(SIDE))
    centres = await connection.fetch(_POINTS, west, south, east - 1, north - 1, float(SIDE), SIDE / 2, srid)
    corners = await connection.fetch(_POINTS, west, south, east, north, float(SIDE), 0.0, srid)
    table = np.array([tuple(row) for row in centres], dtype=np.float64)
    inside = shapely.contains_xy(outline, table[:, 2], table[:, 3])
    return Lattice(
        columns=table[inside, 0].astype(np.int64),
        rows=table[inside, 1].astype(np.int64),
        corners={(x, y): f"{lon:.{DECIMALS}f} {lat:.{DECIMALS}f}" for x, y, lon, lat in corners},
    )


async def _metres(connection: asyncpg.Connection, places: list[Place], srid: int) -> Points:
    found = await connection.fetch(_METRES, [p.lon for p in places], [p.lat for p in places], srid)
    return np.array([tuple(row) for row in found], dtype=np.float64)


def _write(out: Path, lattice: Lattice, owner: Labels, codes: list[str]) -> Path:
    """One line per cell, by code. The lattice is in reading order, so counting gives the sequence."""
    taken = [0] * len(codes)
    lines: list[tuple[str, str, str]] = []
    at = lattice.corners
    for x, y, nth in zip(lattice.columns.tolist(), lattice.rows.tolist(), owner.tolist(), strict=True):
        taken[nth] += 1
        ring = (at[x, y], at[x + 1, y], at[x + 1, y + 1], at[x, y + 1], at[x, y])
        lines.append((f"{codes[nth]}{taken[nth]:03d}", codes[nth], f"POLYGON(({','.join(ring)}))"))
    out.mkdir(parents=True, exist_ok=True)
    path = out / "unit_grids.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "community", "wkt"])
        writer.writerows(sorted(lines))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write unit_grids.csv of the demo district.")
    parser.add_argument("connection_url", help="postgresql://user@host:port/db with PostGIS; only read")
    parser.add_argument("out", type=Path, help="folder for the file")
    arguments = parser.parse_args()
    build(arguments.connection_url, arguments.out)
