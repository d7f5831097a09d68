"""Reads of the territory: one statement each."""

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

_PLACES = text(
    """
select s.code as street, s.name as street_name, ST_X(s.place) as street_lon, ST_Y(s.place) as street_lat,
       c.code, c.name, ST_X(c.place) as lon, ST_Y(c.place) as lat
from street s left join community c on c.street_code = s.code
order by s.code, c.code
"""
)

# The margin is the tile's own buffer (64 of 4096 units), so that a line on the tile's edge is drawn on both sides.
_CELL_TILE = text(
    """
with tile as (
  select ST_TileEnvelope(:z, :x, :y) as box,
         ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096), 4326) as around
), shape as (
  select u.code, u.community_code as community, c.street_code as street,
         ST_AsMVTGeom(ST_Transform(u.geom, 3857), tile.box, 4096, 64) as geom
  from tile join unit_grid u on u.geom && tile.around join community c on c.code = u.community_code
)
select ST_AsMVT(shape, 'cells') from shape where geom is not null
"""
)


async def places(session: AsyncSession) -> list[RowMapping]:
    """A row per community, in order of codes; a street without communities has one row with a null code."""
    return list((await session.execute(_PLACES)).mappings().all())


async def cell_tile(session: AsyncSession, z: int, x: int, y: int) -> bytes:
    """The Mapbox vector tile (layer "cells": code, community, street) of an existing tile address."""
    return bytes((await session.execute(_CELL_TILE, {"z": z, "x": x, "y": y})).scalar_one())
