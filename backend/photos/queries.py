"""Photos as screens get them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.photos.links import Links
from backend.photos.schemas import Media

THUMB, MEDIUM, LARGE = 320, 640, 1600

_OF_INTAKES = text(
    """
    select intake_id, intake_kind, role, media_id, seq, slot, reason, real_width, real_height, width, height, taken_at
    from photo where intake_id = any(:ids) and role <> 'voice' order by intake_id, seq, photo_id
    """
)
_VOICES = text(
    """
    select intake_id, media_id, seq, slot, reason, taken_at
    from photo where intake_id = any(:ids) and role = 'voice' order by intake_id, seq, photo_id
    """
)
_VOICE = text("select store_key, real_mime from photo where media_id = :id and role = 'voice' and slot = 'derived'")


async def media_of(
    session: AsyncSession, intake_ids: Sequence[UUID], links: Links, kind: Any
) -> dict[UUID, list[Media]]:
    """The photos of reports or moves by their id, in the order taken; voice notes are none.

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
        medium=links.sign(row["media_id"], MEDIUM) if ready else None,
        large=links.sign(row["media_id"], LARGE) if ready else None,
        width=row["real_width"] or row["width"],
        height=row["real_height"] or row["height"],
        taken_at=row["taken_at"],
    )


async def voices_of(session: AsyncSession, intake_ids: Sequence[UUID], links: Links) -> dict[UUID, list[Media]]:
    """The voice notes of these reports by their id. Whose may be heard is decided before: cases/hearing.py."""
    if not intake_ids:
        return {}
    found: dict[UUID, list[Media]] = {}
    for row in (await session.execute(_VOICES, {"ids": list(intake_ids)})).mappings():
        voice = Media(
            id=row["media_id"],
            seq=row["seq"],
            kind="voice",
            state=row["slot"],
            reason=row["reason"],
            sound=links.sign_voice(row["media_id"]) if row["slot"] == "derived" else None,
            taken_at=row["taken_at"],
        )
        found.setdefault(row["intake_id"], []).append(voice)
    return found


async def stored_voice(session: AsyncSession, media_id: UUID) -> tuple[str, str] | None:
    """Where a voice note lies and what we found it to be: key in the store, MIME type."""
    row = (await session.execute(_VOICE, {"id": media_id})).one_or_none()
    return (row.store_key, row.real_mime) if row else None
