"""The sweeper takes what is nobody's and old, and nothing else, whatever arrives meanwhile."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from backend.core.db import Sessions, Transactions
from backend.main import create_app
from backend.photos.commands import sweep as sweep_command
from backend.photos.service import PhotoDesk, derivative_key
from backend.photos.sweep import TooManyOrphans, sweep
from backend.settings import Settings
from media.derive import SIZES
from media.folder import FolderStore
from media.store import content_key, open_store
from tests.conftest import SCHEMA, TickingClock, make_settings
from tests.make import Sender, clear, jpeg, make_world, phone, report_payload, work_off
from tests.media.test_store import s3_server, s3_url

__all__ = ["s3_server"]

RED, GREEN = jpeg("red"), jpeg("green")
KEY = content_key("o", sha256(GREEN).hexdigest())


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Settings:
    if request.param == "folder":
        return make_settings(database_url, tmp_path)
    store = s3_url(request.getfixturevalue("s3_server"), f"sweep-{uuid7().hex[-12:]}")
    return make_settings(database_url, tmp_path, store=store)


@pytest.fixture
async def citizen(app: Litestar, session: AsyncSession) -> Sender:
    await make_world(session)
    return await phone(app)


def in_days(days: float) -> datetime:
    """Objects are as old as their store says; so it is the sweeper whose clock goes ahead."""
    return datetime.now(UTC) + timedelta(days=days)


async def test_only_what_no_photo_names_goes_and_only_after_a_week(
    citizen: Sender, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    photos: PhotoDesk = app.state.photos
    await citizen.report(RED)
    await work_off(app, sessions, clock)
    gone = derivative_key(uuid7(), 320)
    for key in (KEY, gone):
        photos.store.put_bytes(key, GREEN, "image/jpeg")
    kept = {entry.key for entry in photos.store.entries()} - {KEY, gone}
    assert len(kept) == 1 + len(SIZES)  # the original and its derivatives
    early = await sweep(Transactions(sessions), photos, in_days(6.9))
    assert (early.objects, early.orphans) == (len(kept) + 2, 0)
    late = await sweep(Transactions(sessions), photos, in_days(7.1))
    assert (late.orphans, late.orphan_bytes) == (2, 2 * len(GREEN))
    assert {entry.key for entry in photos.store.entries()} == kept


async def test_a_photo_that_is_announced_and_not_yet_stored_keeps_its_object(
    citizen: Sender, app: Litestar, sessions: Sessions
) -> None:
    photos: PhotoDesk = app.state.photos
    photos.store.put_bytes(KEY, GREEN, "image/jpeg")
    await citizen.put_report(report_payload(GREEN))
    assert (await sweep(Transactions(sessions), photos, in_days(30))).orphans == 0
    assert photos.store.stat(KEY) == len(GREEN)


async def test_a_dry_run_counts_and_deletes_nothing(app: Litestar, sessions: Sessions) -> None:
    photos: PhotoDesk = app.state.photos
    photos.store.put_bytes(KEY, GREEN, "image/jpeg")
    old = photos.spool_folder / "up-old"
    old.write_bytes(b"half a photo")
    seen: list[tuple[int, int]] = []
    found = await sweep(
        Transactions(sessions), photos, in_days(8), dry_run=True, progress=lambda *counts: seen.append(counts)
    )
    assert (found.uploads, found.upload_bytes, found.orphans, seen) == (1, 12, 1, [(1, 1)])
    assert (photos.store.stat(KEY), old.exists()) == (len(GREEN), True)


async def test_uploads_of_a_dead_process_go_after_a_day_and_nothing_else_of_the_spool(
    app: Litestar, sessions: Sessions
) -> None:
    photos: PhotoDesk = app.state.photos
    yesterday = (datetime.now(UTC) - timedelta(hours=25)).timestamp()
    for name in ("up-old", "up-new", "notes"):
        (photos.spool_folder / name).write_bytes(b"x")
        if name != "up-new":
            os.utime(photos.spool_folder / name, (yesterday, yesterday))
    await sweep(Transactions(sessions), photos, datetime.now(UTC))
    assert sorted(path.name for path in photos.spool_folder.iterdir()) == ["notes", "up-new"]


async def test_a_put_that_was_cut_off_goes_and_objects_that_are_not_ours_stay(
    database_url: str, tmp_path: Path, sessions: Sessions
) -> None:
    photos = PhotoDesk.of(make_settings(database_url, tmp_path))
    folder = tmp_path / "store" / "o" / "ab"
    folder.mkdir(parents=True)
    part, foreign = folder / ".0123456789abcdef.part", tmp_path / "store" / "readme.txt"
    yesterday = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    for path in (part, foreign):
        path.write_bytes(b"x")
        os.utime(path, (yesterday, yesterday))
    swept = await sweep(Transactions(sessions), photos, datetime.now(UTC))
    assert (swept.uploads, swept.unknown, swept.orphans) == (1, 1, 0)
    assert (part.exists(), foreign.exists()) == (False, True)


async def test_a_store_that_seems_to_be_of_another_database_is_left_alone(
    database_url: str, tmp_path: Path, sessions: Sessions
) -> None:
    photos = PhotoDesk.of(make_settings(database_url, tmp_path))
    for n in range(101):
        body = str(n).encode()
        photos.store.put_bytes(content_key("o", sha256(body).hexdigest()), body, "image/jpeg")
    with pytest.raises(TooManyOrphans):
        await sweep(Transactions(sessions), photos, in_days(8))
    assert len(list(photos.store.entries())) == 101
    swept = await sweep(Transactions(sessions), photos, in_days(8), even_if_many=True)
    assert swept.orphans == 101


def test_an_object_that_is_put_again_is_new(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(settings.store)
    store.prepare()
    store.put_bytes(KEY, GREEN, "image/jpeg")
    if isinstance(store, FolderStore):
        os.utime(store.root / KEY, (0, 0))
    monkeypatch.setattr("media.s3.FRESH", timedelta(0))
    first = store.find(KEY)
    assert first is not None
    store.put_bytes(KEY, GREEN, "image/jpeg")
    second = store.find(KEY)
    assert second is not None and second.size == len(GREEN)
    assert second.touched > first.touched or not isinstance(store, FolderStore)
    assert datetime.now(UTC) - second.touched < timedelta(minutes=1)


class SlowToDelete(FolderStore):
    """A store that takes its time over a deletion, with the sweeper's lock held."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked, self.go = threading.Event(), threading.Event()

    def delete(self, key: str) -> None:
        self.asked.set()
        assert self.go.wait(20)
        super().delete(key)


@asynccontextmanager
async def committing(settings: Settings, clock: TickingClock) -> AsyncIterator[Litestar]:
    """A server with connections of its own; its tables are emptied after."""
    app = create_app(settings, clock=clock)
    async with app.lifespan():
        async with app.state.sessions() as session:
            await make_world(session)
        try:
            yield app
        finally:
            async with app.state.sessions() as session:
                await clear(session)


async def test_a_photo_that_comes_while_its_orphan_is_swept_is_never_a_stored_slot_without_object(
    database_url: str, tmp_path: Path, clock: TickingClock
) -> None:
    settings = make_settings(database_url, tmp_path)
    async with committing(settings, clock) as app:
        photos: PhotoDesk = app.state.photos
        store = SlowToDelete(tmp_path / "store")
        store.put_bytes(KEY, GREEN, "image/jpeg")
        sender = await phone(app)
        transactions = Transactions(app.state.sessions)
        sweeping = asyncio.create_task(sweep(transactions, replace(photos, store=store), in_days(8)))
        assert await asyncio.to_thread(store.asked.wait, 20)
        payload = report_payload(GREEN)
        owner, photo_id = f"reports/{(await sender.put_report(payload)).json()['id']}", payload["photos"][0]["id"]
        sending = asyncio.create_task(sender.put_photo(owner, photo_id, GREEN))
        await _until_somebody_waits(app)
        store.go.set()
        answer, swept = await sending, await sweeping
        assert swept.orphans == 1
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert (await sender.get(f"{owner}/receipt"))["photos"][0]["slot"] == "expected"
        again = await sender.put_photo(owner, photo_id, GREEN)
        assert (again.status_code, again.json()["state"]) == (201, "complete")
        assert b"".join(photos.store.open(KEY)) == GREEN


async def _until_somebody_waits(app: Litestar) -> None:
    statement = text("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
    async with asyncio.timeout(20), app.state.reading() as session:
        waits = False
        while not waits:
            waits = (await session.execute(statement)).scalar_one()


def test_the_command_says_what_it_did(database_url: str, tmp_path: Path) -> None:
    settings = make_settings(database_url, tmp_path)
    store = open_store(settings.store)
    store.prepare()
    store.put_bytes(KEY, GREEN, "image/jpeg")
    os.utime(tmp_path / "store" / KEY, (0, 0))
    env = {
        "DATABASE_URL": database_url,
        "XUNCHENG_SCHEMA": SCHEMA,
        "XUNCHENG_SECRET": "x" * 40,
        "XUNCHENG_STORE": settings.store,
        "XUNCHENG_SPOOL": str(settings.spool),
    }
    dry = CliRunner().invoke(sweep_command, ["--dry-run"], env=env)
    assert (dry.exit_code, "1 of nobody" in dry.output, "would go" in dry.output) == (0, True, True)
    assert store.stat(KEY) == len(GREEN)
    done = CliRunner().invoke(sweep_command, env=env)
    assert (done.exit_code, f"{len(GREEN)} bytes deleted" in done.output) == (0, True)
    assert store.stat(KEY) is None
