"""streets: streets, towns and townships, with a point to find each by."""

from typing import Literal

from backend.admin.fields import Lat, Lon, Name, Row, StreetCode
from backend.admin.kind import Kind, upsert
from backend.admin.kinds.points import POINT, half_a_point


class StreetRow(Row):
    code: StreetCode
    name: Name
    name_en: Name
    kind: Literal["street", "town", "township"]
    lon: Lon | None = None
    lat: Lat | None = None


KIND = Kind(
    name="streets",
    row=StreetRow,
    key=("code",),
    columns={"code": "text", "name": "text", "name_en": "text", "kind": "text", "lon": "float8", "lat": "float8"},
    compare=half_a_point,
    checks=(
        "select r.row_line, 'code', format('the code does not begin with the district''s, %s', d.code)"
        " from import_row r join district d on not starts_with(r.code, d.code)",
    ),
    load=(
        upsert(
            "street",
            {"code": "r.code"},
            {"name": "r.name", "name_en": "r.name_en", "kind": "r.kind", "place": POINT},
        ),
    ),
)
