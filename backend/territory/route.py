"""Who gets a report: cell, community, street and squad of a point and a class on a day, with the reason."""

import datetime as dt
from typing import Any

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import DATE, DOUBLE_PRECISION, VARCHAR
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import DomainError
from backend.core.geo import GeoPoint
from backend.territory.rules import NEAR_METRES, Facts, Route, explain


class NoDistrict(DomainError):
    """Nothing can be routed before the district is imported."""

    status, code = 503, "no_district"


# One statement on purpose: intake counts statements. The cell is found by the GiST index alone: `hit` is
# materialised so that no plan walks the primary key for the lowest code instead. The nearest cell is looked for
# only when nothing covers the point, in a box of NEAR_METRES drawn in the district's metric projection.
# The catalogue is read by name only, for its class name: territory does not import the catalogue.
_ROUTE = text(
    """
with place as (
  select d.*, s.name as fallback_name,
         case when :lon = 0 and :lat = 0 then null
              else ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) end as point
  from (select fallback_squad, metric_srid from district order by valid_from desc limit 1) d
  left join squad s on s.code = d.fallback_squad
), hit as materialized (
  select u.code, u.community_code from unit_grid u, place where ST_Covers(u.geom, place.point)
), near as materialized (
  select u.code, u.community_code,
         ST_Distance(ST_Transform(u.geom, place.metric_srid), ST_Transform(place.point, place.metric_srid)) as metres
  from place join unit_grid u
    on u.geom && ST_Transform(ST_Expand(ST_Transform(place.point, place.metric_srid), :near), 4326)
  where not exists (select from hit)
), cell as (
  select h.code, h.community_code, c.name as community_name, c.street_code, s.name as street_name, h.metres
  from (
    (select code, community_code, null::float8 as metres from hit order by code limit 1)
    union all
    (select code, community_code, metres from near where metres <= :near order by metres, code limit 1)
  ) h
  join community c on c.code = h.community_code
  join street s on s.code = c.street_code
), fitting as materialized (
  select r.code, r.reason, r.squad_code, r.class_prefix, q.name as squad_name,
         row_number() over (order by r.priority desc, a.rank, length(r.class_prefix) desc,
                            r.valid_from desc, r.code) as nth
  from cell
  cross join routing_rule r
  join (values ('cells', 1), ('community', 2), ('street', 3), ('district', 4)) a (kind, rank) on a.kind = r.area_kind
  join squad q on q.code = r.squad_code
  where r.valid_from <= :at and (r.valid_to is null or r.valid_to >= :at)
    and starts_with(coalesce(:class_code, ''), r.class_prefix)
    and case r.area_kind
          when 'district' then true
          when 'street' then r.area_code = cell.street_code
          when 'community' then r.area_code = cell.community_code
          else exists (
            select from duty_grid_cell m join duty_grid g on g.code = m.duty_grid_code
            where m.duty_grid_code = r.area_code and m.cell_code = cell.code
              and g.valid_from <= :at and (g.valid_to is null or g.valid_to >= :at))
        end
)
select place.point is not null as has_place, place.fallback_squad, place.fallback_name,
       cell.code as cell, cell.community_code, cell.community_name, cell.street_code, cell.street_name, cell.metres,
       won.code as rule_code, won.reason as rule_reason, won.class_prefix, won.squad_code, won.squad_name,
       (select squad_name from fitting where class_prefix = '' order by nth limit 1) as home_squad,
       (select name from category_class
         where code = :class_code
           and version = (select version from catalogue_version where valid_from <= :at
                           order by valid_from desc, version desc limit 1)) as class_name
from place
left join cell on true
left join (select * from fitting order by nth limit 1) won on true
"""
).bindparams(
    bindparam("lon", type_=DOUBLE_PRECISION),
    bindparam("lat", type_=DOUBLE_PRECISION),
    bindparam("near", value=NEAR_METRES, type_=DOUBLE_PRECISION),
    bindparam("class_code", type_=VARCHAR),
    bindparam("at", type_=DATE),
)


async def route(session: AsyncSession, point: GeoPoint | None, class_code: str | None, at: dt.date) -> Route:
    """Find who gets a report at `point` (WGS-84 lon, lat) of class `class_code` on the local day `at`.

    One statement. Never fails for a place or a class: null, 0,0, outside, unknown and without a rule all answer
    with the district's fallback squad and a flag (contract, Routing).

    Order of rules: priority, then area (cells > community > street > district), then class (exact > longer
    prefix), then latest valid_from; the import refuses rules that are equal in all four.

    Raises NoDistrict when no district was imported.
    """
    values: dict[str, Any] = {
        "lon": point.lon if point else 0.0,
        "lat": point.lat if point else 0.0,
        "class_code": _storable(class_code),
        "at": at,
    }
    row = (await session.execute(_ROUTE, values)).mappings().one_or_none()
    if row is None:
        raise NoDistrict("no district has been imported")
    return explain(_facts(row, class_code))


def _storable(class_code: str | None) -> str | None:
    """A class code is whatever a client sent; PostgreSQL takes neither NUL nor half a surrogate pair."""
    return class_code and class_code.encode("utf-8", "replace").decode().replace("\0", "?")


def _facts(row: RowMapping, class_code: str | None) -> Facts:
    won = row["rule_code"] is not None
    squad = (row["squad_code"], row["squad_name"])
    fallback = (row["fallback_squad"], row["fallback_name"] or row["fallback_squad"])
    return Facts(
        has_place=row["has_place"],
        cell=row["cell"],
        cell_metres=row["metres"],
        community=(row["community_code"], row["community_name"]) if row["cell"] else None,
        street=(row["street_code"], row["street_name"]) if row["cell"] else None,
        class_code=class_code,
        class_name=row["class_name"],
        rule=(row["rule_code"], row["rule_reason"]) if won else None,
        rule_has_class=bool(row["class_prefix"]),
        squad=squad if won else fallback,
        home_squad=row["home_squad"],
    )
