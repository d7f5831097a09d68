"""One loader for every kind of file: all of a file or nothing of it, and every refused row named."""

import datetime as dt
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.kind import Kind, Loading, Numbered
from backend.admin.kinds import KINDS
from backend.admin.models import ImportBatch
from backend.admin.reading import RawRow, UnreadableFile, read_rows
from backend.admin.report import ImportReport, Refusal
from backend.admin.shapes import FIELD, as_wkb, read_shapes
from backend.core.clock import utc_now, uuid7
from backend.core.errors import DomainError


class UnknownKind(DomainError):
    """There is no such kind of import file."""

    status, code = 404, "unknown_kind"


async def run_import(
    session: AsyncSession,
    kind: str,
    path: Path,
    dry_run: bool = False,
    *,
    by: str = "",
    demo: bool = False,
    now: dt.datetime | None = None,
) -> ImportReport:
    """Load the file at `path` into the district of the session's schema, in the caller's transaction.

    With one refused row nothing is loaded. Loading the same file again changes nothing. `dry_run` does everything
    and takes it back. `by`: who imports, for import_batch. `demo`: people become demo accounts.
    Raises UnknownKind, OSError.
    """
    if kind not in KINDS:
        raise UnknownKind(f"the kinds are {', '.join(KINDS)}")
    what, now = KINDS[kind], now or utc_now()
    fields = what.row.model_fields
    try:
        raw = read_rows(path, list(fields), [name for name, info in fields.items() if info.is_required()])
    except UnreadableFile as error:
        return ImportReport(kind, dry_run, refused=[error.refusal])
    rows, refused = _parse(what, raw)
    refused += _repeated(what, rows)
    if what.shapes:
        rows, bad = read_shapes(rows, what.shapes)
        refused += bad
    if what.compare:
        refused += what.compare(rows)
    # Two imports at once could each pass checks that they break together.
    await session.execute(text("select pg_advisory_xact_lock(hashtext('import:' || current_schema()))"))
    savepoint = await session.begin_nested()
    loading = Loading(session, rows, now, demo)
    changed = await _load(what, loading, refused)
    report = _report(kind, dry_run, len(rows), changed, [*refused, *loading.refused], loading.links)
    if not report.loaded:
        await savepoint.rollback()
        return report
    session.add(_batch(report, path, by, now))
    await session.flush()
    await savepoint.commit()
    for table in what.analyze if changed else ():
        await session.execute(text(f"analyze {table}"))
    return report


def _parse(what: Kind, raw: Sequence[RawRow]) -> tuple[list[Numbered], list[Refusal]]:
    rows, refused = [], []
    for one in raw:
        try:
            rows.append(Numbered(one.line, what.row.model_validate(one.values)))
        except ValidationError as error:
            refused += [Refusal(one.line, *_why(details)) for details in error.errors(include_url=False)]
    return rows, refused


def _why(details: Any) -> tuple[str, str]:
    name = str(details["loc"][0]) if details["loc"] else ""
    if details["type"] == "missing":
        return name, "this field is missing"
    reason = details["msg"].removeprefix("Value error, ")
    given = details["input"]
    shown = f": {given!r}" if isinstance(given, str | int | float) and len(str(given)) <= 60 else ""
    return name, reason + shown


def _repeated(what: Kind, rows: Iterable[Numbered]) -> list[Refusal]:
    first: dict[tuple[Any, ...], int] = {}
    refused = []
    for one in rows:
        key = tuple(getattr(one.row, name) for name in what.key)
        if key in first:
            shown = " ".join(str(part) for part in key)
            refused.append(Refusal(one.line, what.key[-1], f"{shown} is on line {first[key]} already"))
        first.setdefault(key, one.line)
    return refused


async def _load(what: Kind, loading: Loading, refused: list[Refusal]) -> set[int]:
    """Stage, check, load, check again; refusals are added to `refused`. Returns the changed lines."""
    session = loading.session
    await _stage(session, what, loading.rows)
    for check in what.checks:
        refused += await _refusals(session, check)
    if refused:
        return set()
    changed: set[int] = set()
    for statement in what.load:
        changed |= set((await session.execute(text(statement))).scalars())
    if what.by_code:
        changed |= await what.by_code(loading)
    for check in what.after:
        refused += await _refusals(session, check)
    await session.execute(text("drop table import_row"))
    return changed


async def _stage(session: AsyncSession, what: Kind, rows: Sequence[Numbered]) -> None:
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in what.columns.items())
    await session.execute(
        text(f"create temporary table import_row (row_line integer not null, {columns}) on commit drop")
    )
    names = list(what.columns)
    records: Iterable[Any] = [(one.line, *(getattr(one.row, name) for name in names)) for one in rows]
    if what.shapes:
        at = names.index(FIELD) + 1
        records = [(*record[:at], wkb, *record[at + 1 :]) for record, wkb in zip(records, as_wkb(rows), strict=True)]
    driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    await driver.copy_records_to_table("import_row", records=records, columns=["row_line", *names])
    await session.execute(text("analyze import_row"))


async def _refusals(session: AsyncSession, check: str) -> list[Refusal]:
    return [Refusal(*row) for row in (await session.execute(text(check))).all()]


def _report(
    kind: str, dry_run: bool, rows: int, changed: set[int], refused: list[Refusal], links: list[tuple[str, str]]
) -> ImportReport:
    if refused:
        return ImportReport(kind, dry_run, refused=sorted(set(refused)))
    return ImportReport(kind, dry_run, rows, len(changed), rows - len(changed), links=[] if dry_run else sorted(links))


def _batch(report: ImportReport, path: Path, by: str, now: dt.datetime) -> ImportBatch:
    return ImportBatch(
        id=uuid7(),
        kind=report.kind,
        file=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
        at=now,
        by=by,
        accepted=report.accepted,
        changed=report.changed,
        unchanged=report.unchanged,
    )
