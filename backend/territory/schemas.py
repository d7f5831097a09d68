"""Territory as clients read it. Positions are WGS-84 degrees."""

import datetime as dt
from typing import Literal

from msgspec import Struct
from pydantic import BaseModel

from backend.territory.rules import Route


class CodeName(BaseModel):
    code: str
    name: str


class RouteOut(BaseModel):
    """Who would get a report here, and why in words."""

    squad: CodeName
    cell: str | None
    community: CodeName | None
    street: CodeName | None
    flags: list[str]
    why: list[str]

    @classmethod
    def of(cls, route: Route) -> "RouteOut":
        def pair(code: str | None, name: str | None) -> CodeName | None:
            return None if code is None or name is None else CodeName(code=code, name=name)

        return cls(
            squad=CodeName(code=route.squad_code, name=route.squad_name),
            cell=route.cell,
            community=pair(route.community_code, route.community_name),
            street=pair(route.street_code, route.street_name),
            flags=route.flags,
            why=route.why,
        )


class CommunityOut(BaseModel):
    """A community; `lon`, `lat` is a point to find it by, null where none was imported."""

    code: str
    name: str
    lon: float | None
    lat: float | None


class StreetOut(CommunityOut):
    communities: list[CommunityOut]


class PlacesOut(BaseModel):
    """Streets and communities in order of their codes."""

    streets: list[StreetOut]


class AreaCell(Struct):
    """A unit grid cell: its polygon as rings of indices into `Area.corners` (outer first, not closed)."""

    code: str
    community: str
    duty_grids: list[str]
    rings: list[list[int]]


class AreaGrid(Struct):
    """A duty grid."""

    code: str
    name: str


class AreaSquad(Struct):
    """A squad."""

    code: str
    name: str


class AreaCommunity(Struct):
    """A community with its street."""

    code: str
    name: str
    street: str
    street_name: str


class AreaRule(Struct):
    """A routing rule as far as it can decide in this area.

    `cells` (those of this area) and the dates of their duty grid are only there for a rule about cells.
    """

    code: str
    priority: int
    area_kind: Literal["cells", "community", "street", "district"]
    area_code: str
    cells: list[str] | None
    cells_from: dt.date | None
    cells_to: dt.date | None
    class_prefix: str
    squad: str
    reason: str
    valid_from: dt.date
    valid_to: dt.date | None


class Area(Struct):
    """A person's own area, to be kept on a phone. `corners` is lon, lat, lon, lat … in WGS-84 degrees."""

    day: dt.date
    corners: list[float]
    cells: list[AreaCell]
    duty_grids: list[AreaGrid]
    communities: list[AreaCommunity]
    rules: list[AreaRule]
    squads: list[AreaSquad]
    fallback_squad: str
