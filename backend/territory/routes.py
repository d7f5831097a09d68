"""Places by name, who would get a report, and the grid as vector tiles."""

from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Caller
from backend.core.geo import GeoPoint
from backend.territory import service
from backend.territory.area import area_of
from backend.territory.district import district_facts
from backend.territory.route import route
from backend.territory.schemas import Area, PlacesOut, RouteOut


@get("/places", operation_id="getPlaces")
async def get_places(
    session: NamedDependency[AsyncSession],
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> Response[PlacesOut]:
    """Streets and communities with their points. Public; 304 for a known ETag."""
    return _kept_by_tag((await service.places(session)).model_dump_json().encode(), if_none_match, "public")


@get("/area", operation_id="getArea")
async def get_area(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> Response[Area]:
    """The caller's own cells and the rules in them, to be kept on a phone. Staff; 304 for a known ETag."""
    person = await caller.signed_in()
    today = (await district_facts(session)).local_day(caller.now)
    return _kept_by_tag(msgspec.json.encode(await area_of(session, person, today)), if_none_match, "private")


@get("/route", operation_id="getRoute")
async def get_route(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    lon: Annotated[float | None, QueryParameter(ge=-180, le=180)] = None,
    lat: Annotated[float | None, QueryParameter(ge=-90, le=90)] = None,
    category: Annotated[str | None, QueryParameter(max_length=40)] = None,
) -> RouteOut:
    """Who would get a report at this point, and why. Staff; stores nothing. Without lon and lat: no place."""
    await caller.signed_in()
    today = (await district_facts(session)).local_day(caller.now)
    return RouteOut.of(await route(session, GeoPoint.of(lon, lat), category or None, today))


@get(
    "/tiles/cells/{z:int}/{x:int}/{y:int}",
    operation_id="getCellTile",
    media_type="application/vnd.mapbox-vector-tile",
)
async def get_cell_tile(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    z: FromPath[int],
    x: FromPath[int],
    y: FromPath[int],
) -> Response[bytes]:
    """A Mapbox vector tile, layer "cells" (code, community, street); empty below zoom 13. Staff."""
    await caller.signed_in()
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(await service.cell_tile(session, z, x, y), headers=headers)


def _kept_by_tag(body: bytes, known: str | None, whose: str) -> Response[Any]:
    """JSON under an ETag of its content, or 304 for who has it. `whose` cache may keep it: public or private."""
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": f"{whose}, no-cache"}
    if known is not None and etag in known:
        return Response(None, status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


router = Router("/api/v1", route_handlers=[get_places, get_area, get_route, get_cell_tile], tags=["territory"])
