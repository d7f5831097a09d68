"""unit_grids: the cells. Each is a polygon in exactly one community, and no two overlap."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from backend.admin.fields import CellCode, CommunityCode, Geometry, Row
from backend.admin.kind import Kind, Numbered, missing, upsert
from backend.admin.report import Refusal

OVERLAP_SQUARE_METRES = 1.0
"""Less is rounding: seven decimals of a degree are 1 cm, along a side of 100 m that is 1 m²."""

DEGREE_METRES = 111_320.0


class UnitGridRow(Row):
    code: CellCode
    community: CommunityCode
    wkt: Geometry


def overlaps(rows: Sequence[Numbered]) -> list[Refusal]:
    """Refuse the later of any two cells of the file that share more than OVERLAP_SQUARE_METRES."""
    shapes: Any = np.array([one.shape for one in rows], dtype=object)
    # Of two cells that overlap, GEOS's coverage check finds at least one; in a clean file it finds none, and no
    # pair of neighbours has to be cut.
    suspects = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    suspect, touched = shapely.STRtree(shapes).query(shapes[suspects], predicate="intersects")
    pairs = np.sort(np.stack([suspects[suspect], touched], axis=1), axis=1)
    first, second = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0).T
    shared = shapely.intersection(shapes[first], shapes[second])
    metres = shapely.area(shared) * DEGREE_METRES**2 * np.cos(np.radians(shapely.get_y(shapely.centroid(shared))))
    refused = []
    for a, b, area in zip(first, second, metres, strict=True):
        if not math.isnan(area) and area > OVERLAP_SQUARE_METRES:
            reason = f"overlaps cell {rows[a].row.code} (line {rows[a].line}) by {area:.0f} m²"
            refused.append(Refusal(rows[b].line, "wkt", reason))
    return refused


IS_OTHER = "not exists (select from import_row s where s.code = u.code)"
# False when the file holds every cell that there is, as at a second import; then no pair needs a look.
IS_ANY_OTHER = f"exists (select from unit_grid u where {IS_OTHER})"

KIND = Kind(
    name="unit_grids",
    row=UnitGridRow,
    key=("code",),
    columns={"code": "text", "community": "text", "wkt": "bytea"},
    shapes=("Polygon",),
    compare=overlaps,
    checks=(
        missing("community", "community", "community"),
        "select r.row_line, 'wkt', 'lies wholly outside of the district' from import_row r"
        " join district d on not ST_Intersects(d.outline, ST_GeomFromWKB(r.wkt, 4326))",
        f"""
        with pair as materialized (
          select r.row_line, ST_GeomFromWKB(r.wkt, 4326) as geom, u.code, u.geom as other
          from import_row r join unit_grid u on u.geom && ST_GeomFromWKB(r.wkt, 4326)
          where {IS_ANY_OTHER} and {IS_OTHER}
        )
        select row_line, 'wkt', format('overlaps cell %s, which is in the tables already', code) from pair
        where ST_Relate(geom, other, '2********')
          and ST_Area(ST_Intersection(geom, other)::geography) > {OVERLAP_SQUARE_METRES}
        """,
    ),
    load=(
        upsert(
            "unit_grid",
            {"code": "r.code"},
            {"community_code": "r.community", "geom": "ST_GeomFromWKB(r.wkt, 4326)"},
        ),
    ),
    analyze=("unit_grid",),
)
