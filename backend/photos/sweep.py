"""Sweeping: what uploads and lost transactions leave behind goes once it is old enough to be nobody's.

An object is an orphan when no photo of any district in this database names it, and it was last put a week ago: a
database restored to some days ago still finds the photos that phones send again. It is deleted under a lock that the
intake shares (`PhotoDesk.hold`), so a photo that is being stored either finds its object or is sent again.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.db import Transactions
from backend.core.errors import DomainError
from backend.photos.service import PhotoDesk
from media.store import Entry, Store

ORPHAN_AGE = timedelta(days=7)
UPLOAD_AGE = timedelta(days=1)
BATCH = 1000
FEW = 100
"""So many orphans are never suspicious; more of them than of anything else are."""

Progress = Callable[[int, int], None]
"""Told how many objects were looked at, and how many of them are orphans, after each batch."""


class TooManyOrphans(DomainError):
    """Most of the store seems to belong to nobody: this is probably not its database. Nothing was deleted."""

    status, code = 409, "too_many_orphans"


@dataclass
class Swept:
    """What was found, and deleted unless it was a dry run. Sizes in bytes."""

    uploads: int = 0
    upload_bytes: int = 0
    objects: int = 0
    orphans: int = 0
    orphan_bytes: int = 0
    wanted_again: int = 0
    unknown: int = 0


async def sweep(
    transactions: Transactions,
    photos: PhotoDesk,
    now: datetime,
    *,
    dry_run: bool = False,
    even_if_many: bool = False,
    progress: Progress | None = None,
) -> Swept:
    """Sweep spool and store. Safe to run twice, at any time, beside servers that take reports.

    Raises TooManyOrphans unless `even_if_many`, StoreError, OSError.
    """
    swept = Swept()
    leftovers = await asyncio.to_thread(_leftovers, photos, now - UPLOAD_AGE)
    for path, size in leftovers:
        swept.uploads += 1
        swept.upload_bytes += size
        if not dry_run:
            path.unlink(missing_ok=True)
    orphans = await _orphans(transactions, photos.store, now - ORPHAN_AGE, swept, progress)
    if len(orphans) > max(FEW, swept.objects // 2) and not even_if_many:
        raise TooManyOrphans(orphans=len(orphans), objects=swept.objects)
    for entry in orphans:
        if dry_run or await _delete(transactions, photos.store, entry.key, now - ORPHAN_AGE):
            swept.orphans += 1
            swept.orphan_bytes += entry.size
        else:
            swept.wanted_again += 1
    return swept


def _leftovers(photos: PhotoDesk, before: datetime) -> list[tuple[Path, int]]:
    """Uploads and puts that ended with their process."""
    found = []
    for path in [*photos.spool_folder.glob("up-*"), *photos.store.unfinished(before)]:
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        if datetime.fromtimestamp(stat.st_mtime, UTC) < before:
            found.append((path, stat.st_size))
    return found


async def _orphans(
    transactions: Transactions, store: Store, before: datetime, swept: Swept, progress: Progress | None
) -> list[Entry]:
    entries: Iterator[Entry] = iter(store.entries())
    orphans: list[Entry] = []
    while batch := await asyncio.to_thread(lambda: list(islice(entries, BATCH))):
        swept.objects += len(batch)
        old = {entry.key: entry for entry in batch if entry.touched < before}
        async with transactions() as session:
            orphans += [old[key] for key in await nobodys(session, list(old), swept)]
        if progress is not None:
            progress(swept.objects, len(orphans))
    return orphans


async def nobodys(session: AsyncSession, keys: list[str], swept: Swept | None = None) -> list[str]:
    """Those of `keys` that no photo of any district names. Keys that are not ours are left alone."""
    originals = {key: sha256 for key in keys if (sha256 := _sha256(key))}
    shown = {key: media for key in keys if (media := _media(key))}
    if swept is not None:
        swept.unknown += len(keys) - len(originals) - len(shown)
    hashes: set[str] = set()
    medias: set[UUID] = set()
    # Two districts of one database may share a store: what either names is kept.
    schemas = text(
        "select quote_ident(table_schema) from information_schema.columns"
        " where table_name = 'photo' and column_name = 'media_id'"
    )
    for schema in (await session.execute(schemas)).scalars().all():
        by_hash = text(f"select sha256 from {schema}.photo where sha256 = any(:all)")
        hashes |= set((await session.execute(by_hash, {"all": list(originals.values())})).scalars())
        by_media = text(f"select media_id from {schema}.photo where media_id = any(:all)")
        medias |= set((await session.execute(by_media, {"all": list(shown.values())})).scalars())
    return [key for key, sha256 in originals.items() if sha256 not in hashes] + [
        key for key, media in shown.items() if media not in medias
    ]


def _sha256(key: str) -> str | None:
    """The hash in `o/ab/cdef…`."""
    kind, _, rest = key.partition("/")
    name = rest.replace("/", "")
    return name if kind == "o" and len(name) == 64 else None


def _media(key: str) -> UUID | None:
    """The photo in `d/ef/…ef-320.webp`."""
    kind, _, rest = key.partition("/")
    try:
        return UUID(rest.partition("/")[2].partition("-")[0]) if kind == "d" else None
    except ValueError:
        return None


async def _delete(transactions: Transactions, store: Store, key: str, before: datetime) -> bool:
    """Delete an orphan if it is one still, while no intake can be about to name it."""
    async with transactions() as session:
        await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
        entry = await asyncio.to_thread(store.find, key)
        if entry is None:
            return True
        if entry.touched >= before or not await nobodys(session, [key]):
            return False
        await asyncio.to_thread(store.delete, key)
    return True
