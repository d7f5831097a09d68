"""Photos as screens get them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.photos.links import Links
from backend.photos.schemas import Media

THUMB, LARGE = 320, 1600

_OF_INTAKES = text(
    """
    select intake_id, intake_kind, role, media_id, seq, slot, reason, real_width, real_height, width, height, taken_at
    from photo where intake_id = any(:ids) order by intake_id, seq, photo_id
    """
)


async def media_of(
    session: AsyncSession, intake_ids: Sequence[UUID], links: Links, kind: Any
) -> dict[UUID, list[Media]]:
    """The photos of reports or moves by their id, in the order taken.

    `kind` (before, after, check or extra) is what a move's photos are; a report's say themselves: before or after.
    """
    if not intake_ids:
        return {}
    found: dict[UUID, list[Media]] = {}
    for row in (await session.execute(_OF_INTAKES, {"ids": list(intake_ids)})).mappings():
        own = row["role"] if row["intake_kind"] == "report" else kind
        found.setdefault(row["intake_id"], []).append(media(row, links, own))
    return found


def media(row: RowMapping, links: Links, kind: Any) -> Media:
    """A photo to look at; its addresses are null until the worker has made the derivatives."""
    ready = row["slot"] == "derived"
    return Media(
        id=row["media_id"],
        seq=row["seq"],
        kind=kind,
        state=row["slot"],
        reason=row["reason"],
        thumb=links.sign(row["media_id"], THUMB) if ready else None,
        large=links.sign(row["media_id"], LARGE) if ready else None,
        width=row["real_width"] or row["width"],
        height=row["real_height"] or row["height"],
        taken_at=row["taken_at"],
    )
