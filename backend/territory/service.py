"""What other modules and clients ask of the territory, besides routing (route.py)."""

from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import NotFound
from backend.territory import queries
from backend.territory.schemas import CommunityOut, PlacesOut, StreetOut

MIN_ZOOM = 13
"""A tile of zoom 13 holds about 2,000 cells of 100 m; below, the lines would be a grey mass: the tile is empty."""
MAX_ZOOM = 22


class NoSuchTile(NotFound):
    """There is no tile at this address."""

    status, code = 404, "no_such_tile"


async def places(session: AsyncSession) -> PlacesOut:
    """Streets and their communities, for choosing a place by name."""
    streets = []
    for (code, name, lon, lat), rows in groupby(
        await queries.places(session), key=lambda r: (r["street"], r["street_name"], r["street_lon"], r["street_lat"])
    ):
        communities = [
            CommunityOut(code=r["code"], name=r["name"], lon=r["lon"], lat=r["lat"])
            for r in rows
            if r["code"] is not None
        ]
        streets.append(StreetOut(code=code, name=name, lon=lon, lat=lat, communities=communities))
    return PlacesOut(streets=streets)


async def cell_tile(session: AsyncSession, z: int, x: int, y: int) -> bytes:
    """A vector tile of unit grid cells (XYZ addresses); empty below MIN_ZOOM. Raises NoSuchTile."""
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NoSuchTile()
    if z < MIN_ZOOM:
        return b""
    return await queries.cell_tile(session, z, x, y)
