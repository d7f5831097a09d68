"""`xuncheng demo load|reset`: the demo district, its people, and a few hundred past cases."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.admin.config import DEMO_PASSWORD
from backend.admin.imports import run_import
from backend.admin.kinds import KINDS
from backend.admin.models import ImportBatch
from backend.admin.past import Replay
from backend.admin.report import ImportReport
from backend.core.clock import uuid7
from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.errors import DomainError
from backend.core.migrate import migrate
from backend.identity.people import set_demo_password
from backend.photos.service import PhotoDesk
from backend.settings import Settings
from demo.build_cells import build_in
from demo.history import plan

CELLS = "unit_grids"
SHAPE_THE_CELLS = ("district", "streets", "communities")
HISTORY = "demo_history"
BY = "demo"

Say = Callable[[str], None]


class NotADemo(DomainError):
    """The demo is loaded in demo mode only, and never beside real accounts."""

    status, code = 409, "not_a_demo"


class DemoRefused(DomainError):
    """A file of the demo district was refused; carries the report."""

    status, code = 422, "demo_refused"

    def __init__(self, report: ImportReport) -> None:
        super().__init__(f"{report.kind} was refused")
        self.report = report


async def load_demo(settings: Settings, say: Say, now: datetime, cases: int = 300) -> None:
    """Load what of the demo is not there yet, in two transactions: the district with its people, then its past.

    `say` gets a line per step. `cases`: how many past cases. Run again it changes nothing, unless a file of the demo
    has changed. Raises NotADemo, DemoRefused.
    """
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            await _must_be_a_demo(session, settings)
            loaded = await _loaded(session)
            with tempfile.TemporaryDirectory(prefix="xuncheng-demo-") as folder:
                await _load_files(session, settings, Path(folder), loaded, say, now)
        if HISTORY not in loaded:
            await _load_past(engine, settings, say, now, cases)
    finally:
        await engine.dispose()
    say("the demo is loaded")


async def reset_demo(settings: Settings, say: Say) -> None:
    """Drop the district's schema with all that is in it, and make its tables anew. Raises NotADemo.

    Originals and derivatives stay in the store, where nothing names them any more.
    """
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            await _must_be_a_demo(session, settings)
            # The name comes from the settings, which take small letters, digits and underscores only.
            await session.execute(text(f'drop schema if exists "{settings.schema}" cascade'))
    finally:
        await engine.dispose()
    say(f"{settings.schema} is empty")
    await asyncio.to_thread(migrate, settings.database_url, settings.schema)


async def _must_be_a_demo(session: AsyncSession, settings: Settings) -> None:
    if not settings.demo:
        raise NotADemo("start with XUNCHENG_DEMO=1: a demo has accounts whose passwords are public")
    if await session.scalar(text("select to_regclass('person')")) is None:
        return
    real = await session.scalar(text("select username from person where not is_demo order by username limit 1"))
    if real is not None:
        raise NotADemo(f"schema {settings.schema} has accounts that are not of the demo ({real})")


async def _loaded(session: AsyncSession) -> dict[str, str]:
    """Kind -> hash of the file that was imported last."""
    statement = text("select distinct on (kind) kind, sha256 from import_batch order by kind, at desc, id desc")
    return {row.kind: row.sha256 for row in (await session.execute(statement)).all()}


async def _load_files(
    session: AsyncSession, settings: Settings, folder: Path, loaded: dict[str, str], say: Say, now: datetime
) -> None:
    files = {kind: settings.demo_data / f"{kind}.csv" for kind in KINDS}
    files["district"] = settings.demo_data / "district.geojson"
    new = {kind for kind, path in files.items() if kind != CELLS and loaded.get(kind) != _hash(path)}
    if CELLS not in loaded or new & set(SHAPE_THE_CELLS):
        say("drawing the unit grids")
        files[CELLS] = await build_in(settings.database_url, folder, district=settings.demo_data, progress=say)
        new.add(CELLS)
    for kind in KINDS:
        if kind not in new:
            continue
        report = await run_import(session, kind, files[kind], by=BY, demo=True, now=now)
        if report.refused:
            raise DemoRefused(report)
        say(f"{kind}: {report.accepted} rows")
    if "users" in new:
        await _give_passwords(session)


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


async def _give_passwords(session: AsyncSession) -> None:
    statement = text("select username from person where is_demo and password_hash is null")
    for username in (await session.execute(statement)).scalars().all():
        await set_demo_password(session, username, DEMO_PASSWORD)


async def _load_past(engine: AsyncEngine, settings: Settings, say: Say, now: datetime, count: int) -> None:
    """All of the past or nothing of it: one transaction."""
    desk = await asyncio.to_thread(PhotoDesk.of, settings)
    async with engine.begin() as connection:
        async with AsyncSession(connection, join_transaction_mode="rollback_only") as session:
            cells = await _cells_file(session, settings)
            consent = await session.scalar(text("select max(version) from consent_text"))
        with tempfile.TemporaryDirectory(prefix="xuncheng-demo-") as folder:
            path = Path(folder) / "unit_grids.csv"
            path.write_text(cells, encoding="utf-8")
            past = await asyncio.to_thread(plan, path, now, count, district=settings.demo_data)
        replay = Replay(connection, settings.schema, desk, str(consent))
        await replay.run(past, say)
        async with AsyncSession(connection, join_transaction_mode="rollback_only") as session:
            session.add(
                ImportBatch(
                    id=uuid7(), kind=HISTORY, file="demo/history.py", sha256="", at=now, by=BY,
                    accepted=len(past), changed=len(past), unchanged=0,
                )
            )  # fmt: skip
            await session.flush()


async def _cells_file(session: AsyncSession, settings: Settings) -> str:
    """The cells as the file they came from, so that the past can be planned when only the past is missing."""
    rows = await session.execute(text("select code, community_code, ST_AsText(geom, 8) from unit_grid order by code"))
    return "\n".join(["code,community,wkt", *(f'{row[0]},{row[1]},"{row[2]}"' for row in rows), ""])
