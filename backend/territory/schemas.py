"""Territory as clients read it. Positions are WGS-84 degrees."""

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
