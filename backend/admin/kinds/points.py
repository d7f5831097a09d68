"""Places given as lon and lat (WGS-84 degrees), which may both be absent."""

from collections.abc import Sequence

from backend.admin.kind import Numbered
from backend.admin.report import Refusal

POINT = "ST_SetSRID(ST_MakePoint(r.lon, r.lat), 4326)"


def half_a_point(rows: Sequence[Numbered]) -> list[Refusal]:
    """Refuse a row with a longitude and no latitude, or the other way round."""
    return [
        Refusal(one.line, "lat" if one.row.lat is None else "lon", "lon and lat come together")
        for one in rows
        if (one.row.lon is None) != (one.row.lat is None)
    ]
