"""`xuncheng import KIND FILE` and `xuncheng demo load|reset`."""

import asyncio
import os
import pwd
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from backend.admin.demo import DemoRefused, NotADemo, load_demo, reset_demo
from backend.admin.imports import run_import
from backend.admin.kinds import KINDS
from backend.admin.report import ImportReport
from backend.core.clock import utc_now
from backend.core.db import Transactions, make_engine, make_sessions
from backend.settings import BadSettings, Settings

SHOWN = 200
"""Refused rows that are printed; a file of 95,000 with one wrong column would bury the first."""


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and load nothing.")
def import_file(kind: str, file: Path, dry_run: bool) -> None:
    """Load a district's FILE (CSV with a header, or GeoJSON) of one KIND.

    All of the file or nothing: refused rows are printed with line, field and reason, and leave the tables as they
    were. Loading a file again changes nothing. docs/data-import.md has the columns.
    """
    settings = _settings()
    with _in_words():
        report = asyncio.run(_import(settings, kind, file, dry_run))
    show(report, settings.origin or "")
    if report.refused:
        raise SystemExit(1)


@click.group()
def demo() -> None:
    """The demo district (示例). Needs XUNCHENG_DEMO=1."""


@demo.command()
@click.option("--cases", default=300, show_default=True, help="Past cases to make up.")
def load(cases: int) -> None:
    """Load the demo district with its people and past cases, as far as they are not there yet."""
    _run_demo(load_demo(_settings(), click.echo, utc_now(), cases))


@demo.command()
@click.option("--cases", default=300, show_default=True, help="Past cases to make up.")
@click.confirmation_option(prompt="Drop everything in the demo's schema?")
def reset(cases: int) -> None:
    """Drop the demo's schema with all that is in it, and load the demo again. Stop the server first."""
    settings = _settings()
    _run_demo(reset_demo(settings, click.echo))
    _run_demo(load_demo(settings, click.echo, utc_now(), cases))


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except BadSettings as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _in_words() -> Iterator[None]:
    """A database that cannot be used, or a full disk, is one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise click.ClickException(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


def _run_demo(work: Coroutine[Any, Any, None]) -> None:
    try:
        with _in_words():
            asyncio.run(work)
    except DemoRefused as error:
        show(error.report, "")
        raise SystemExit(1) from error
    except NotADemo as error:
        raise click.ClickException(error.detail) from error


async def _import(settings: Settings, kind: str, file: Path, dry_run: bool) -> ImportReport:
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            return await run_import(session, kind, file, dry_run, by=pwd.getpwuid(os.geteuid()).pw_name)
    finally:
        await engine.dispose()


def show(report: ImportReport, origin: str, console: Console | None = None) -> None:
    """Print what became of the file: counts and one-time links, or the table of refused rows."""
    console = console or Console()
    if report.refused:
        table = Table("line", "field", "reason", title=f"{report.kind}: refused, nothing was loaded")
        for one in report.refused[:SHOWN]:
            table.add_row(str(one.line), Text(one.field), Text(one.reason))
        console.print(table)
        if len(report.refused) > SHOWN:
            console.print(f"… and {len(report.refused) - SHOWN} more")
        return
    done = "would load" if report.dry_run else "loaded"
    console.print(
        f"{report.kind}: {done} {report.accepted} rows, {report.changed} new or changed, {report.unchanged} unchanged"
    )
    for username, token in report.links:
        console.print(Text(f"{username}: {origin}/welcome/{token}"), soft_wrap=True)
