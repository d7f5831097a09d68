"""Photos come to rest: the slot before the bytes, the bytes in the store, the slot after."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Author
from backend.core.digest import DigestMismatch
from backend.core.errors import DomainError, NoSpace, NotReady, TooMany
from backend.core.faults import Faults, no_faults
from backend.core.jobs import enqueue
from backend.photos.models import VOICE
from backend.photos.spool import PhotoTooLarge, spool
from backend.settings import Limits, Settings
from media.facts import facts
from media.sniff import Refused, sniff
from media.sound import listen
from media.store import NoSpace as StoreFull
from media.store import Store, StoreError, content_key, open_store


class NotInManifest(DomainError):
    """The manifest that was sent first names no such photo."""

    status, code = 409, "not_in_manifest"


class DigestDiffers(DomainError):
    """The manifest that was sent first gives another hash for this photo."""

    status, code = 409, "digest_differs"


@dataclass(frozen=True)
class SlotRow:
    """A photo's slot as announced."""

    sha256: str
    size: int
    slot: str
    reason: str | None
    held: bool
    role: str


@dataclass(frozen=True)
class Kept:
    """What became of the bytes: stored, or refused for good with a reason and a status for the phone."""

    refused: str | None = None
    status: int = 201
    key: str | None = None
    mime: str | None = None
    width: int | None = None
    height: int | None = None
    facts: dict[str, Any] | None = None
    size: int = 0
    ready: bool = False
    """Nothing is derived of it: what is heard of a voice note is the note itself."""


@dataclass(frozen=True)
class PhotoDesk:
    """Store, spool and limits of one server."""

    store: Store
    spool_folder: Path
    limits: Limits
    faults: Faults = no_faults

    @classmethod
    def of(cls, settings: Settings, faults: Faults = no_faults) -> "PhotoDesk":
        settings.spool.mkdir(parents=True, exist_ok=True)
        store = open_store(settings.store)
        store.prepare()
        return cls(store, settings.spool, settings.limits, faults)

    def check_space(self, coming: int = 0) -> None:
        """Raise NoSpace when the disk of the spool is nearly full, or would be with `coming` bytes more."""
        if shutil.disk_usage(self.spool_folder).free - coming < self.limits.free_disk_bytes:
            raise NoSpace()

    def check_ready(self) -> None:
        """Raise NoSpace or NotReady when a photo could not be kept now."""
        self.check_space()
        try:
            self.store.check()
        except StoreFull as error:
            raise NoSpace() from error
        except StoreError as error:
            raise NotReady("The photo store does not answer.") from error

    async def keep(self, slot: SlotRow, chunks: AsyncIterator[bytes], declared: str | None) -> Kept:
        """Take the bytes of a photo to the store; `declared` is the Content-Digest in hex or None.

        After this returns with a key the original is durable. Raises DigestMismatch (damaged on the way: nothing is
        kept), PhotoTooLarge, OSError. What is no photo that we take, or in a voice's slot no voice note, comes back as
        `refused`.
        """
        async with spool(self.spool_folder, chunks, self.limits.photo_bytes) as file:
            if file.sha256 != slot.sha256 or (declared is not None and declared != file.sha256):
                raise DigestMismatch(expected=slot.sha256, got=file.sha256, bytes=file.size)
            await self.faults("after_spool")
            try:
                kept = await asyncio.to_thread(
                    self._keep_voice if slot.role == VOICE else self._keep, file.path, file.size, file.sha256
                )
            except StoreFull as error:
                raise NoSpace() from error
            except StoreError as error:
                raise NotReady("The photo store cannot take this now; nothing was stored.") from error
            await self.faults("after_put")
            return kept

    async def hold(self, session: AsyncSession, kept: Kept) -> None:
        """Keep the sweeper (sweep.py) from this original until the session's transaction has ended.

        Raises NotReady when the object is gone all the same: it was an orphan, found by its hash, and the sweeper came
        first. The phone sends it again.
        """
        if kept.key is None:
            return
        await session.execute(text("select pg_advisory_xact_lock_shared(hashtextextended(:key, 0))"), {"key": kept.key})
        try:
            size = await asyncio.to_thread(self.store.stat, kept.key)
        except StoreError as error:
            raise NotReady("The photo store does not answer.") from error
        if size != kept.size:
            raise NotReady("The photo was not kept; nothing was stored.")

    def _keep(self, path: Path, size: int, digest: str) -> Kept:
        try:
            found = sniff(path, max_pixels=self.limits.photo_pixels)
        except Refused as refused:
            return Kept(refused=refused.code, status=413 if refused.code == "too_many_pixels" else 415, size=size)
        key = content_key("o", digest)
        self.store.put_file(key, path, found.mime)
        read = asdict(facts(path))
        if read["taken_at"] is not None:
            read["taken_at"] = read["taken_at"].isoformat()
        return Kept(key=key, mime=found.mime, width=found.width, height=found.height, facts=read, size=size)

    def _keep_voice(self, path: Path, size: int, digest: str) -> Kept:
        try:
            found = listen(path, max_bytes=self.limits.voice_bytes)
        except Refused as refused:
            return Kept(refused=refused.code, status=413 if refused.code == "too_large" else 415, size=size)
        key = content_key("o", digest)
        self.store.put_file(key, path, found.mime)
        return Kept(key=key, mime=found.mime, size=size, ready=True)


def derivative_key(media_id: UUID, size: int) -> str:
    """Where a derivative of `size` pixels lies. Its id is random: one photo's derivative tells nothing of another."""
    name = media_id.hex
    return f"d/{name[-2:]}/{name}-{size}.webp"


async def slot_of(session: AsyncSession, intake_id: UUID, photo_id: UUID) -> SlotRow:
    """The slot of a photo. Raises NotInManifest."""
    statement = text(
        "select sha256, size, slot, reason, size = 0 as held, role from photo where intake_id = :i and photo_id = :p"
    )
    row = (await session.execute(statement, {"i": intake_id, "p": photo_id})).one_or_none()
    if row is None:
        raise NotInManifest()
    return SlotRow(row.sha256, row.size, row.slot, row.reason, row.held, row.role)


async def check_daily_bytes(session: AsyncSession, author: Author, now: datetime, limits: Limits) -> None:
    """Raise TooMany once a device or person has stored a day's worth of bytes (contract.md, "Limits")."""
    statement = text(
        """
        select coalesce(sum(p.size), 0) from photo p where p.stored_at > :since and p.intake_id in (
          select id from report where received_at > :since - interval '7 days' and (
            case when cast(:person as uuid) is null then device_id = :device and captured_by is null
                 else captured_by = :person end)
          union all
          select id from case_move where received_at > :since - interval '7 days' and (
            case when cast(:person as uuid) is null then device_id = :device and captured_by is null
                 else captured_by = :person end))
        """
    )
    values = {"since": now - timedelta(days=1), "person": author.person_id, "device": author.device_id}
    if (await session.execute(statement, values)).scalar_one() >= limits.photo_bytes_per_day:
        raise TooMany("Too many bytes of photos in a day.", retry_after=3600)


async def fill_slot(session: AsyncSession, intake_id: UUID, photo_id: UUID, kept: Kept, now: datetime) -> bool:
    """Write what became of the bytes into the slot, once; a stored photo gets its job, a voice note needs none.
    Returns whether it was new.

    The caller holds the lock of the report or move.
    """
    statement = text(
        """
        update photo set slot = :slot, reason = :reason, store_key = :key, real_mime = :mime, real_width = :width,
          real_height = :height, facts = cast(:facts as jsonb), stored_at = :now, size = :size,
          derived_at = :derived_at
        where intake_id = :i and photo_id = :p and slot = 'expected'
        returning photo_id
        """
    )
    values = {
        "slot": "refused" if kept.refused else "derived" if kept.ready else "stored",
        "reason": kept.refused,
        "key": kept.key,
        "mime": kept.mime,
        "width": kept.width,
        "height": kept.height,
        "facts": json.dumps(kept.facts) if kept.facts else None,
        "size": kept.size,
        "now": now if not kept.refused else None,
        "derived_at": now if kept.ready else None,
        "i": intake_id,
        "p": photo_id,
    }
    changed = (await session.execute(statement, values)).first() is not None
    if changed and not kept.refused and not kept.ready:
        await enqueue(session, "photo.derive", {"intake": str(intake_id), "photo": str(photo_id)})
    return changed


async def still_expected(session: AsyncSession, intake_id: UUID) -> int:
    """How many photos of a report or move have not come yet."""
    statement = text("select count(*) from photo where intake_id = :i and slot = 'expected'")
    return int((await session.execute(statement, {"i": intake_id})).scalar_one())


__all__ = [
    "DigestDiffers",
    "DigestMismatch",
    "Kept",
    "NotInManifest",
    "PhotoDesk",
    "PhotoTooLarge",
    "SlotRow",
    "StoreError",
]
