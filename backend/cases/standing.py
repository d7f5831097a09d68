"""What the server already knows of a report and its sender, and the limits: one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Author
from backend.core.errors import TooMany
from backend.settings import Limits

# Two counts, one of which is always of nothing: a single condition over both columns would read the whole table.
_STANDING = text(
    """
    select
      (select count(*) from report where captured_by = :person and received_at > :minute_ago)
      + (select count(*) from report where device_id = :device and received_at > :minute_ago
           and captured_by is null and cast(:person as uuid) is null) as lately,
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
    lately: int
    held: int

    def check(self, limits: Limits, *, holding: bool) -> None:
        """Raise TooMany when this sender has sent too much (contract.md, "Limits")."""
        if self.lately >= limits.reports_per_minute:
            raise TooMany("Too many reports in a minute.", retry_after=60)
        if holding and self.held >= limits.held_per_device:
            raise TooMany("Too many reports of this device wait for repair.", retry_after=3600)


async def standing(session: AsyncSession, report_id: UUID, author: Author, now: datetime) -> Standing:
    """One statement: is `report_id` known, how much has `author` sent in the last minute, how much is held."""
    row = (
        await session.execute(
            _STANDING,
            {
                "id": report_id,
                "device": author.device_id,
                "person": author.person_id,
                "minute_ago": now - timedelta(minutes=1),
            },
        )
    ).one()
    known = Known(row.payload_sha256, row.device_id, row.captured_by) if row.payload_sha256 else None
    return Standing(known, row.lately, row.held)
