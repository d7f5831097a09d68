"""district: one GeoJSON Feature, the outline with the district's facts."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from backend.admin.fields import Day, DistrictCode, FreeCode, Geometry, Name, Row
from backend.admin.kind import Kind, Numbered, upsert
from backend.admin.report import Refusal
from backend.core.worktime import parse_hours


class DistrictRow(Row):
    code: DistrictCode
    name: Name
    name_en: Name
    fallback_squad: FreeCode
    time_zone: str
    work_hours: str
    valid_from: Day
    metric_srid: int | None = Field(default=None, gt=0)
    wkt: Geometry

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("not a time zone such as Asia/Shanghai") from error
        return value

    @field_validator("work_hours")
    @classmethod
    def readable_hours(cls, value: str) -> str:
        parse_hours(value)
        return value


def only_one(rows: Sequence[Numbered]) -> list[Refusal]:
    return [Refusal(one.line, "code", "a file holds one district") for one in rows[1:]]


# The CGCS2000 three-degree zones (GB/T 17798) have central meridians 75° E to 135° E, EPSG 4534 to 4554.
SRID = """
coalesce(r.metric_srid, 4534 + (round(ST_X(ST_Centroid(ST_GeomFromWKB(r.wkt, 4326))) / 3) - 25)::int)
"""

KIND = Kind(
    name="district",
    row=DistrictRow,
    key=("code",),
    columns={
        "code": "text",
        "name": "text",
        "name_en": "text",
        "fallback_squad": "text",
        "time_zone": "text",
        "work_hours": "text",
        "valid_from": "date",
        "metric_srid": "integer",
        "wkt": "bytea",
    },
    shapes=("Polygon", "MultiPolygon"),
    compare=only_one,
    checks=(
        "select r.row_line, 'code', format('this schema holds district %s already', d.code)"
        " from import_row r join district d on d.code <> r.code",
        "select r.row_line, 'fallback_squad', format('there is no squad %s', r.fallback_squad) from import_row r"
        " where exists (select from squad) and not exists (select from squad s where s.code = r.fallback_squad)",
        "select r.row_line, 'metric_srid', format('EPSG:%s is not a projection in metres', r.metric_srid)"
        " from import_row r where r.metric_srid is not null and not exists (select from spatial_ref_sys s"
        " where s.srid = r.metric_srid and s.srtext like 'PROJCS%UNIT[\"metre\",1%')",
        "select r.row_line, 'metric_srid', 'outside of 73.5 to 136.5 degrees east: name a projection in metres'"
        " from import_row r where r.metric_srid is null"
        " and ST_X(ST_Centroid(ST_GeomFromWKB(r.wkt, 4326))) not between 73.5 and 136.5",
    ),
    load=(
        upsert(
            "district",
            {"code": "r.code"},
            {
                "name": "r.name",
                "name_en": "r.name_en",
                "fallback_squad": "r.fallback_squad",
                "time_zone": "r.time_zone",
                "work_hours": "r.work_hours",
                "metric_srid": SRID,
                "outline": "ST_GeomFromWKB(r.wkt, 4326)",
                "valid_from": "r.valid_from",
            },
        ),
    ),
)
