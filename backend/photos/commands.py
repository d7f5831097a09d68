"""`xuncheng sweep`: what the worker does every night, by hand."""

import asyncio

import click
from sqlalchemy.exc import DBAPIError

from backend.core.clock import utc_now
from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.errors import DomainError
from backend.photos.service import PhotoDesk, StoreError
from backend.photos.sweep import Swept
from backend.photos.sweep import sweep as sweep_photos
from backend.settings import BadSettings, Settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
@click.option("--even-if-many", is_flag=True, help="Delete even where most of the store seems to belong to nobody.")
def sweep(dry_run: bool, even_if_many: bool) -> None:
    """Delete what uploads left behind: spool files older than a day, photos that no report names after a week.

    The worker does this every night. It may run at any time, beside servers that take reports.
    """
    try:
        found = asyncio.run(_sweep(Settings.from_env(), dry_run, even_if_many))
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    except DomainError as error:
        raise click.ClickException(f"{error.detail} {error.facts}") from error
    except DBAPIError as error:
        raise click.ClickException(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error
    except (OSError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    for line in words(found, dry_run):
        click.echo(line)


async def _sweep(settings: Settings, dry_run: bool, even_if_many: bool) -> Swept:
    engine = make_engine(settings)
    try:
        transactions = Transactions(make_sessions(engine, settings.schema))
        return await sweep_photos(
            transactions, PhotoDesk.of(settings), utc_now(),
            dry_run=dry_run, even_if_many=even_if_many, progress=_tell,
        )  # fmt: skip
    finally:
        await engine.dispose()


def _tell(looked_at: int, orphans: int) -> None:
    click.echo(f"{looked_at} objects looked at, {orphans} belong to nobody", err=True)


def words(found: Swept, dry_run: bool) -> list[str]:
    """What was done, a line each."""
    done = "would go" if dry_run else "deleted"
    lines = [
        f"spool: {found.uploads} files, {found.upload_bytes} bytes {done}",
        f"store: {found.objects} objects, {found.orphans} of nobody, {found.orphan_bytes} bytes {done}",
    ]
    if found.wanted_again:
        lines.append(f"store: {found.wanted_again} were wanted again meanwhile and stay")
    if found.unknown:
        lines.append(f"store: {found.unknown} are not ours and stay")
    return lines
