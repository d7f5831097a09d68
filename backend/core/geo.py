"""Positions. Everything stored and sent is WGS-84 (EPSG:4326), longitude first, in degrees."""

import math
from typing import Any, Self

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from pydantic import BaseModel, ConfigDict, Field, model_validator

EARTH_RADIUS_M = 6_371_008.8


class GeoPoint(BaseModel):
    """A point in WGS-84 degrees. Accepts `{"lon", "lat"}` or a WKBElement from the database."""

    model_config = ConfigDict(frozen=True)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def from_database(cls, value: Any) -> Any:
        if isinstance(value, WKBElement):
            point = to_shape(value)
            return {"lon": point.x, "lat": point.y}
        return value

    @classmethod
    def of(cls, lon: float | None, lat: float | None) -> Self | None:
        """A point, or None where a coordinate is missing."""
        return None if lon is None or lat is None else cls(lon=lon, lat=lat)

    @property
    def is_null_island(self) -> bool:
        """0,0 is what broken clients send for "no place" (contract.md, "A report")."""
        return self.lon == 0 and self.lat == 0

    def ewkt(self) -> str:
        return f"SRID=4326;POINT({self.lon!r} {self.lat!r})"


def metres_between(a: GeoPoint, b: GeoPoint) -> float:
    """Great-circle distance in metres (haversine on the mean earth radius; error below 0.5 %)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    d_lat, d_lon = lat_b - lat_a, math.radians(b.lon - a.lon)
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
