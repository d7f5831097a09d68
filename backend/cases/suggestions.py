"""Which classes to offer first: what this person, this place and this hour see most. One statement."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.schemas import Suggestions
from backend.core.geo import GeoPoint
from backend.territory.district import district_facts

MOST = 8
MINE_DAYS, HERE_DAYS, NOW_DAYS = 90, 180, 28

# The cell under the point and those that touch it, found by their geometry; cases by the place's own index, then by
# cell. Where these nine saw nothing, their community stands in. `now` walks one index range for each day.
_SUGGESTIONS = text(
    """
    with catalogue as materialized (
      select code from category_class where version = (
        select version from catalogue_version where valid_from <= :today order by valid_from desc, version desc limit 1)
    ), cell as materialized (
      select geom, community_code from unit_grid
      where ST_Covers(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) order by code limit 1
    ), near as materialized (
      select u.code, u.geom from cell join unit_grid u on ST_Intersects(u.geom, cell.geom)
    ), nine as materialized (
      select c.class_code as code from cases c
      where c.place && (select ST_SetSRID(ST_Extent(geom)::geometry, 4326) from near)
        and c.cell_code in (select code from near) and c.submitted_at > :here_since
    ), community as materialized (
      select c.class_code as code from cases c
      where not exists (select from nine)
        and c.place && (select ST_SetSRID(ST_Extent(u.geom)::geometry, 4326)
                        from unit_grid u where u.community_code = (select community_code from cell))
        and c.community_code = (select community_code from cell) and c.submitted_at > :here_since
    ), seen as (
      select 'mine' as list, r.category as code from report r
      where r.captured_by = :person and r.received_at > :mine_since and r.kind <> 'nothing_wrong'
      union all
      select 'mine', r.category from report r
      where r.device_id = :device and r.captured_by is null and cast(:person as uuid) is null
        and r.received_at > :mine_since
      union all select 'here', code from nine
      union all select 'here', code from community
      union all
      select 'now', c.class_code from unnest(cast(:hours as timestamptz[])) as hour (begins)
      cross join lateral (
        select class_code from cases
        where submitted_at >= hour.begins and submitted_at < hour.begins + interval '3 hours'
      ) c
    ), counted as (
      select list, seen.code, row_number() over (partition by list order by count(*) desc, seen.code) as place
      from seen join catalogue k on k.code = seen.code group by list, seen.code
    )
    select list, array_agg(code order by place) as codes from counted where place <= :most group by list
    """
)


async def suggestions(
    session: AsyncSession, device_id: UUID | None, person_id: UUID | None, point: GeoPoint, now: datetime
) -> Suggestions:
    """Class codes, the most frequent first: of the caller's own reports, of the cells around `point` (WGS-84), and of
    the local hour of day and its neighbours. Classes that the catalogue no longer has are left out."""
    district = await district_facts(session)
    hour = now.astimezone(district.zone).replace(minute=0, second=0, microsecond=0)
    values = {
        "lon": point.lon,
        "lat": point.lat,
        "device": device_id,
        "person": person_id,
        "today": district.local_day(now),
        "mine_since": now - timedelta(days=MINE_DAYS),
        "here_since": now - timedelta(days=HERE_DAYS),
        "hours": [hour - timedelta(days=days, hours=1) for days in range(NOW_DAYS + 1)],
        "most": MOST,
    }
    found = {row.list: row.codes for row in await session.execute(_SUGGESTIONS, values)}
    return Suggestions(mine=found.get("mine", []), here=found.get("here", []), now=found.get("now", []))
