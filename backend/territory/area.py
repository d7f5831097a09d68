"""A person's own area, to be kept on a phone: its cells, and the rules that say who gets what happens there.

With it a phone answers "which cell, which squad" without network, by the same rules as territory/route.py.
"""

import datetime as dt
from typing import Any

import shapely
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Person
from backend.territory.schemas import Area, AreaCell, AreaCommunity, AreaGrid, AreaRule, AreaSquad

MOST_CELLS = 20_000
"""More is no area of one person; a phone of three years draws and searches this many without a pause."""

# Duty grids of an inspector, and the street of a territorial squad. A direct squad works in the whole district: it has
# no area of its own.
_CELLS = text(
    """
with mine as (
  select m.cell_code as code, g.code as grid
  from duty_grid_inspector i
  join duty_grid g on g.code = i.duty_grid_code
  join duty_grid_cell m on m.duty_grid_code = g.code
  where i.username = :username and g.valid_from <= :at and (g.valid_to is null or g.valid_to >= :at)
  union
  select u.code, null
  from squad q
  join community c on c.street_code = q.street_code
  join unit_grid u on u.community_code = c.code
  where q.code = any(:squads)
), own as (
  select code, coalesce(array_agg(grid order by grid) filter (where grid is not null), '{}') as grids
  from mine group by code
)
select u.code, u.community_code, ST_AsBinary(u.geom) as shape, own.grids
from own join unit_grid u on u.code = own.code order by u.code limit :most
"""
).bindparams(bindparam("at", type_=DATE))
_GRIDS = text("select code, name from duty_grid where code = any(:codes) order by code")
_COMMUNITIES = text(
    """
select c.code, c.name, c.street_code, s.name as street_name
from community c join street s on s.code = c.street_code where c.code = any(:codes) order by c.code
"""
)
# Rules of yesterday are of no use any more; those of tomorrow are, on a phone that stays offline over midnight.
_RULES = text(
    """
select r.code, r.priority, r.area_kind, r.area_code, r.class_prefix, r.squad_code, r.reason, r.valid_from, r.valid_to,
       g.valid_from as cells_from, g.valid_to as cells_to,
       array(select cell_code from duty_grid_cell m where r.area_kind = 'cells' and m.duty_grid_code = r.area_code
             and m.cell_code = any(:cells) order by cell_code) as cells
from routing_rule r left join duty_grid g on r.area_kind = 'cells' and g.code = r.area_code
where (r.valid_to is null or r.valid_to >= :at)
  and (r.area_kind <> 'street' or r.area_code = any(:streets))
  and (r.area_kind <> 'community' or r.area_code = any(:communities))
order by r.code
"""
).bindparams(bindparam("at", type_=DATE))
_SQUADS = text("select code, name from squad order by code")
_FALLBACK = text("select fallback_squad from district order by valid_from desc limit 1")


async def area_of(session: AsyncSession, person: Person, at: dt.date) -> Area:
    """The cells that are this person's on the local day `at`, and what is needed to route in them.

    Coordinates are WGS-84 degrees, exactly as stored: a phone that asks the same question gets the same answer. A
    person without duty grid and territorial squad has no cells. At most MOST_CELLS.
    """
    values = {"username": person.username, "squads": sorted(person.squads), "at": at, "most": MOST_CELLS}
    cells = (await session.execute(_CELLS, values)).all()
    communities = sorted({row.community_code for row in cells})
    places = (await session.execute(_COMMUNITIES, {"codes": communities})).all()
    grids = sorted({grid for row in cells for grid in row.grids})
    rules = await session.execute(
        _RULES,
        {
            "at": at,
            "cells": [row.code for row in cells],
            "streets": sorted({row.street_code for row in places}),
            "communities": communities,
        },
    )
    corners, rings = _shared_corners([row.shape for row in cells])
    return Area(
        day=at,
        corners=corners,
        cells=[
            AreaCell(row.code, row.community_code, row.grids, shape) for row, shape in zip(cells, rings, strict=True)
        ],
        duty_grids=[AreaGrid(r.code, r.name) for r in await session.execute(_GRIDS, {"codes": grids})],
        communities=[AreaCommunity(r.code, r.name, r.street_code, r.street_name) for r in places],
        rules=[_rule(row) for row in rules],
        squads=[AreaSquad(row.code, row.name) for row in await session.execute(_SQUADS)],
        fallback_squad=str((await session.execute(_FALLBACK)).scalar_one_or_none() or ""),
    )


def _rule(row: Any) -> AreaRule:
    return AreaRule(
        code=row.code,
        priority=row.priority,
        area_kind=row.area_kind,
        area_code=row.area_code,
        cells=row.cells if row.area_kind == "cells" else None,
        cells_from=row.cells_from,
        cells_to=row.cells_to,
        class_prefix=row.class_prefix,
        squad=row.squad_code,
        reason=row.reason,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _shared_corners(shapes: list[bytes]) -> tuple[list[float], list[list[list[int]]]]:
    """Neighbours share corners: each is sent once, as lon, lat, lon, lat …; a cell is rings of their indices."""
    corners: list[float] = []
    known: dict[tuple[float, float], int] = {}
    cells = []
    for polygon in shapely.from_wkb(shapes):
        rings = []
        for ring in (polygon.exterior, *polygon.interiors):
            indices = []
            for lon, lat in list(ring.coords)[:-1]:
                if (lon, lat) not in known:
                    known[(lon, lat)] = len(known)
                    corners += (lon, lat)
                indices.append(known[(lon, lat)])
            rings.append(indices)
        cells.append(rings)
    return corners, cells
