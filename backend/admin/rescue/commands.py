"""`xuncheng rescue-import FILE`: the same as the desk's page, where the file lies on the server."""

import asyncio
import os
import pwd
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from backend.admin.rescue.importing import import_rescue
from backend.admin.rescue.schemas import RescueOut
from backend.core.clock import utc_now
from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.errors import DomainError
from backend.photos.service import PhotoDesk, StoreError
from backend.settings import BadSettings, Settings


@click.command("rescue-import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rescue_import(file: Path) -> None:
    """Import a rescue FILE that a phone has exported.

    Reports, moves and photos come in under the ids that the phone gave them, so the file may be imported again, and the
    phone may send the same later: nothing is there twice. Exit status 1 if anything was refused.
    """
    try:
        found = asyncio.run(_import(Settings.from_env(), file))
    except DomainError as error:
        raise click.ClickException(f"{error.code}: {error.detail}") from error
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        raise click.ClickException(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error
    except (OSError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    show(found)
    if any(item.result == "refused" for item in found.items):
        raise SystemExit(1)


async def _import(settings: Settings, file: Path) -> RescueOut:
    engine = make_engine(settings)
    try:
        transactions = Transactions(make_sessions(engine, settings.schema))
        by = pwd.getpwuid(os.geteuid()).pw_name
        return await import_rescue(file, settings, transactions, PhotoDesk.of(settings), utc_now(), by)
    finally:
        await engine.dispose()


def show(found: RescueOut, console: Console | None = None) -> None:
    """Print a line for each item."""
    console = console or Console()
    table = Table("kind", "id", "result", "photos", "missing", "why")
    for item in found.items:
        why = f"{item.code}: {item.detail}" if item.code else ""
        words = (item.kind, item.id, item.result, str(item.photos_stored), str(item.photos_missing), why)
        table.add_row(*(Text(word) for word in words))
    console.print(table)
