"""communities: communities and villages, each in one street."""

from backend.admin.fields import CommunityCode, Lat, Lon, Name, Row, StreetCode
from backend.admin.kind import Kind, missing, upsert
from backend.admin.kinds.points import POINT, half_a_point


class CommunityRow(Row):
    code: CommunityCode
    street: StreetCode
    name: Name
    lon: Lon | None = None
    lat: Lat | None = None


KIND = Kind(
    name="communities",
    row=CommunityRow,
    key=("code",),
    columns={"code": "text", "street": "text", "name": "text", "lon": "float8", "lat": "float8"},
    compare=half_a_point,
    checks=(missing("street", "street", "street"),),
    load=(upsert("community", {"code": "r.code"}, {"street_code": "r.street", "name": "r.name", "place": POINT}),),
)
