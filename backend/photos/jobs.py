"""`photo.derive {intake, photo}`: what people see of a photo is made here, apart from the request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from backend.core.clock import Clock
from backend.core.db import Transactions
from backend.photos.models import VOICE
from backend.photos.service import PhotoDesk, derivative_key
from media.derive import Unreadable
from media.pool import DerivePool

log = structlog.get_logger()


async def derive(
    payload: dict[str, Any], transactions: Transactions, photos: PhotoDesk, pool: DerivePool, clock: Clock
) -> str:
    """Make the derivatives of one photo; safe to run twice. Returns done, skipped or unreadable.

    A file that cannot be decoded stays `unreadable` and stops nothing. A store or machine that fails raises: the
    job is tried again.
    """
    intake, photo = UUID(payload["intake"]), UUID(payload["photo"])
    key = {"i": intake, "p": photo}
    async with transactions() as session:
        statement = text("select slot, store_key, media_id, role from photo where intake_id = :i and photo_id = :p")
        row = (await session.execute(statement, key)).one_or_none()
    if row is None or row.slot not in ("stored", "unreadable") or row.store_key is None or row.role == VOICE:
        return "skipped"
    reason: str | None = None
    try:
        async with _local(photos, row.store_key) as path:
            derived = await pool.derive(path)
        for size, image in derived.images.items():
            await asyncio.to_thread(photos.store.put_bytes, derivative_key(row.media_id, size), image, "image/webp")
    except Unreadable as error:
        reason = error.reason
        log.info("photo_unreadable", intake=str(intake), photo=str(photo), reason=reason)
    async with transactions() as session:
        statement = text(
            "update photo set slot = :slot, reason = :reason, derived_at = :now where intake_id = :i and photo_id = :p"
        )
        values = {"slot": "unreadable" if reason else "derived", "reason": reason, "now": clock(), **key}
        await session.execute(statement, values)
    return "unreadable" if reason else "done"


@asynccontextmanager
async def _local(photos: PhotoDesk, key: str) -> AsyncIterator[Path]:
    """`Store.local` without blocking the loop: a bucket's object is downloaded in a thread."""
    context = photos.store.local(key)
    path = await asyncio.to_thread(context.__enter__)
    try:
        yield path
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)
