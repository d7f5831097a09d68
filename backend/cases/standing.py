"""What the server already knows of a report and its sender, and the limits: one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Author
from backend.core.errors import TooMany
from backend.settings import Limits

# Whether the minute is full: the last report that it has room for is there already. Two looks, one of which is always
# at nothing: a single condition over both columns would read the whole table. Not counted, because for a count over
# an unknown sender PostgreSQL makes a new plan each time, which takes longer than the statement.
_STANDING = text(
    """
    select
      exists (select from report where captured_by = :person and received_at > :minute_ago
              order by received_at desc offset :room)
      or exists (select from report where device_id = :device and received_at > :minute_ago
                   and captured_by is null and cast(:person as uuid) is null
                 order by received_at desc offset :room) as is_full,
      (select count(*) from report where device_id = :device and state = 'held') as held,
      known.payload_sha256, known.device_id, known.captured_by
    from (select 1) as one
    left join report known on known.id = :id
    """
)


@dataclass(frozen=True)
class Known:
    """The owner and hash of a report that is already here."""

    payload_sha256: str
    device_id: UUID | None
    captured_by: UUID | None


@dataclass(frozen=True)
class Standing:
    known: Known | None
    is_full: bool
    held: int

    def check(self, limits: Limits, *, holding: bool) -> None:
        """Raise TooMany when this sender has sent too much (contract.md, "Limits")."""
        if self.is_full:
            raise TooMany("Too many reports in a minute.", retry_after=60)
        if holding and self.held >= limits.held_per_device:
            raise TooMany("Too many reports of this device wait for repair.", retry_after=3600)


async def standing(session: AsyncSession, report_id: UUID, author: Author, now: datetime, limits: Limits) -> Standing:
    """One statement: is `report_id` known, has `author` filled this minute, how many of his reports are held."""
    row = (
        await session.execute(
            _STANDING,
            {
                "id": report_id,
                "device": author.device_id,
                "person": author.person_id,
                "minute_ago": now - timedelta(minutes=1),
                "room": max(limits.reports_per_minute, 1) - 1,
            },
        )
    ).one()
    known = Known(row.payload_sha256, row.device_id, row.captured_by) if row.payload_sha256 else None
    return Standing(known, row.is_full, row.held)
