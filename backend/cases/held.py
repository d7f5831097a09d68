"""Held reports: kept whole, waiting for somebody to look at what the phone sent."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.schemas import HeldPage, HeldReport
from backend.core.paging import after, cut
from backend.photos.links import Links
from backend.photos.queries import media_of, voices_of

_HELD = text(
    """
    select c.id, c.received_at, c.held_reason, c.held_detail, c.payload from report c
    where c.state = 'held'
      and (cast(:after_at as timestamptz) is null or (c.received_at, c.id) > (:after_at, cast(:after_id as uuid)))
    order by c.received_at, c.id limit :most
    """
)
# What would tell who sent it stays out of the page; the payload itself is kept as it came.
PRIVATE = frozenset({"captured_by", "device_id"})


async def held(session: AsyncSession, links: Links, now: datetime, cursor: str | None, limit: int) -> HeldPage:
    """Held reports, oldest first, with what was wrong and what they said."""
    rows = list((await session.execute(_HELD, {**after(cursor), "most": limit + 1})).mappings())
    shown, following = cut(rows, limit, lambda row: (row["received_at"].isoformat(), str(row["id"])))
    photos = await media_of(session, [row["id"] for row in shown], links, "before")
    voices = await voices_of(session, [row["id"] for row in shown], links)
    items = [
        HeldReport(
            report_id=row["id"],
            received_at=row["received_at"],
            reason=row["held_reason"] or "",
            detail=row["held_detail"] or "",
            payload=_readable(row["payload"]),
            photos=photos.get(row["id"], []),
            voices=voices.get(row["id"], []),
        )
        for row in shown
    ]
    return HeldPage(items=items, next=following, now=now)


def _readable(payload: bytes) -> Any:
    """The payload for a screen: valid JSON again whatever came (NaN, lone surrogates), without who sent it."""
    data = json.loads(payload.decode("utf-8", "replace"), parse_constant=str)
    clean = {key: value for key, value in data.items() if key not in PRIVATE} if isinstance(data, dict) else data
    return json.loads(json.dumps(clean).encode("utf-8", "replace").decode().replace("\\ud", "\\\\ud"))
