"""`xuncheng golden`: a published month, counted again."""

import asyncio
import json
import secrets
from dataclasses import replace
from typing import Any

import click
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.migrate import migrate
from backend.settings import BadSettings, Settings
from backend.statistics.golden import PUBLISHED, count_golden, load_golden


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def golden(as_json: bool) -> None:
    """Count the golden month (天门, December 2016) with the definitions in use.

    Its cases are made in a schema of their own in the configured database, which is dropped afterwards; the district's
    schema is not touched. Exit status 1 when a figure is not the published one.
    """
    try:
        settings = replace(Settings.from_env(), schema=f"golden_{secrets.token_hex(8)}")
        counted = run_golden(settings)
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    except (OSError, DBAPIError) as error:
        raise click.ClickException(f"the database cannot be used: {str(error).splitlines()[0]}") from error
    wrong = {name: value for name, value in PUBLISHED.items() if counted[name] != value}
    if as_json:
        click.echo(json.dumps(counted, ensure_ascii=False))
    else:
        for name, value in counted.items():
            click.echo(f"{name:<20} {value}" + (f"   published: {PUBLISHED[name]}" if name in PUBLISHED else ""))
    if wrong:
        raise click.ClickException(f"not as published: {', '.join(wrong)}")


def run_golden(settings: Settings) -> dict[str, Any]:
    """Make `settings.schema`, which must not exist, load and count the month in it, and drop it whatever happens."""
    try:
        migrate(settings.database_url, settings.schema)
        return asyncio.run(_load_and_count(settings))
    finally:
        asyncio.run(_drop(settings))


async def _load_and_count(settings: Settings) -> dict[str, Any]:
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            await load_golden(session)
            return await count_golden(session)
    finally:
        await engine.dispose()


async def _drop(settings: Settings) -> None:
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            await session.execute(text(f'drop schema if exists "{settings.schema}" cascade'))
    finally:
        await engine.dispose()
