"""The district's own facts, read once a minute: its zone, its hours, its name."""

import datetime as dt
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.territory.route import NoDistrict

KEEP_SECONDS = 60.0


@dataclass(frozen=True)
class DistrictFacts:
    """What code needs to know of the district at every turn. `work_hours` as imported: 08:00-12:00,14:00-18:00."""

    code: str
    name: str
    name_en: str
    zone: ZoneInfo
    work_hours: str

    def local_day(self, moment: dt.datetime) -> dt.date:
        """The calendar day in the district at `moment` (aware)."""
        return moment.astimezone(self.zone).date()


_kept: dict[str, tuple[float, DistrictFacts]] = {}


async def district_facts(session: AsyncSession) -> DistrictFacts:
    """The facts of the session's district. Kept for a minute under the district's schema. Raises NoDistrict."""
    schema = str(session.info.get("schema", ""))
    kept = _kept.get(schema)
    if kept and time.monotonic() - kept[0] < KEEP_SECONDS:
        return kept[1]
    statement = text("select code, name, name_en, time_zone, work_hours from district order by valid_from desc limit 1")
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NoDistrict("no district has been imported")
    facts = DistrictFacts(row.code, row.name, row.name_en, ZoneInfo(row.time_zone), row.work_hours)
    if schema:
        _kept[schema] = (time.monotonic(), facts)
    return facts
