"""Polygons of a file, read all at once: 95,000 one by one would take longer than loading them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from backend.admin.kind import Numbered
from backend.admin.report import Refusal

FIELD = "wkt"


def read_shapes(rows: Sequence[Numbered], allowed: Sequence[str]) -> tuple[list[Numbered], list[Refusal]]:
    """Read the field `wkt` (WKT text or a GeoJSON geometry; WGS-84, longitude first) into `shape`.

    Rows whose geometry is unreadable, empty, not valid, out of range or not of an `allowed` type are refused.
    """
    shapes = np.array([_parse(one.row.wkt) for one in rows], dtype=object)
    texts = np.array([isinstance(shape, str) for shape in shapes], dtype=bool)
    shapes[texts] = shapely.from_wkt(shapes[texts], on_invalid="ignore")
    shapes = shapely.force_2d(shapes)
    valid, bounds = shapely.is_valid(shapes), shapely.bounds(shapes)
    kept, refused = [], []
    for one, shape, is_valid, (west, south, east, north) in zip(rows, shapes, valid, bounds.tolist(), strict=True):
        if shape is None or shape.is_empty:
            reason = "not a geometry: WKT such as POLYGON((112.8 28.3,…)) is expected"
        elif not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            reason = "the coordinates are not WGS-84 degrees, longitude first"
        elif not is_valid:
            reason = f"not a valid geometry: {shapely.is_valid_reason(shape)}"
        elif shape.geom_type not in allowed:
            reason = f"a {' or '.join(allowed)} is expected, not a {shape.geom_type}"
        else:
            kept.append(replace(one, shape=shape))
            continue
        refused.append(Refusal(one.line, FIELD, reason))
    return kept, refused


def _parse(value: Any) -> Any:
    """A text is left for shapely to read with all the others."""
    if isinstance(value, dict):
        return shapely.from_geojson(json.dumps(value), on_invalid="ignore")
    return value if isinstance(value, str) else None


def as_wkb(rows: Sequence[Numbered]) -> list[bytes]:
    """The shapes as WKB, in the rows' order."""
    found: list[bytes] = shapely.to_wkb(np.array([one.shape for one in rows], dtype=object)).tolist()
    return found
