"""Alembic's environment: one district's schema, PostGIS in public.

Runs from `xuncheng migrate` and from the alembic command alike; both read the settings' DATABASE_URL and
XUNCHENG_SCHEMA.
"""

import asyncio
import os
from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.core.db import async_url
from backend.tables import metadata


def include_object(obj: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
    """PgQueuer's tables are made and upgraded by PgQueuer; PostGIS's by PostGIS."""
    if type_ == "table" and name is not None and name.startswith("pgqueuer"):
        return False
    return bool(alembic_helpers.include_object(obj, name, type_, reflected, compare_to))


def run(connection: Connection, schema: str) -> None:
    connection.execute(text("create extension if not exists postgis with schema public"))
    connection.execute(text(f'create schema if not exists "{schema}"'))
    connection.execute(text(f'set search_path to "{schema}", public'))
    connection.execute(text("set lock_timeout to '5s'"))
    connection.commit()
    connection.dialect.default_schema_name = schema
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    options = context.config.attributes
    url = options.get("database_url") or os.environ["DATABASE_URL"]
    schema = options.get("schema") or os.environ.get("XUNCHENG_SCHEMA") or "d430112"
    engine = create_async_engine(async_url(url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run, schema)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: set DATABASE_URL.")
asyncio.run(main())
