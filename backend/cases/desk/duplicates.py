"""Open cases that may be the same problem: near, recent, of the same class."""

import math
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.cards import card_query, fetch_cards
from backend.cases.lifecycle import OPEN
from backend.cases.schemas import CaseCard
from backend.core.geo import GeoPoint
from backend.photos.links import Links

MOST = 10
_OPEN = ", ".join(f"'{state}'" for state in OPEN)
_HERE = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
_WHERE = (
    f"c.place && ST_Expand({_HERE}, :degrees_x, :degrees_y) and ST_DistanceSphere(c.place, {_HERE}) <= :radius"
    f" and c.state in ({_OPEN}) and c.submitted_at >= :since"
)
_ORDER = f"ST_DistanceSphere(c.place, {_HERE}), c.id"
_NEAR = card_query(_WHERE, _ORDER)
_NEAR_OF_CLASS = card_query(f"{_WHERE} and c.class_code = :class_code", _ORDER)


async def duplicates(
    session: AsyncSession,
    links: Links,
    now: datetime,
    point: GeoPoint,
    class_code: str | None,
    radius_m: float = 50,
    hours: float = 24,
) -> list[CaseCard]:
    """Open cases within `radius_m` metres of `point` (WGS-84) that came in the last `hours`, of `class_code` if one is
    given, the nearest first (domain.md §1.5: 50 m and 24 h)."""
    degrees = radius_m / 111_000
    values = {
        "lon": point.lon,
        "lat": point.lat,
        "degrees_x": degrees / math.cos(math.radians(min(abs(point.lat), 89))),
        "degrees_y": degrees,
        "radius": radius_m,
        "since": now - timedelta(hours=hours),
        "most": MOST,
    }
    if class_code is None:
        return await fetch_cards(session, _NEAR, values, links, now)
    return await fetch_cards(session, _NEAR_OF_CLASS, {**values, "class_code": class_code}, links, now)
