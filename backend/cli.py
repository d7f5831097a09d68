"""`xuncheng …`: every command has --help."""

import asyncio
import json
import os
import sys
from pathlib import Path

import click
import structlog
from granian import Granian
from granian.constants import Interfaces
from granian.server import MPServer, MTServer
from sqlalchemy.exc import DBAPIError

from backend.admin.commands import demo, import_file
from backend.admin.rescue.commands import rescue_import
from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.logs import set_up_logs
from backend.core.migrate import migrate as run_migrations
from backend.identity.commands import create_user
from backend.identity.people import ensure_no_demo_accounts
from backend.main import create_app
from backend.photos.commands import sweep
from backend.settings import BadSettings, Settings
from backend.statistics.commands import golden
from backend.worker import run_worker

log = structlog.get_logger()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Xuncheng (巡城): field inspection for a district. Settings come from the environment (docs/operating.md)."""
    set_up_logs()


def settings_or_stop() -> Settings:
    """The settings, or one sentence and exit status 1."""
    try:
        return Settings.from_env()
    except BadSettings as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--workers", default=2, show_default=True, help="Server processes.")
def serve(workers: int) -> None:
    """Serve API and app on HOST:PORT (XUNCHENG_TLS_CERT and XUNCHENG_TLS_KEY: over HTTPS)."""
    settings = settings_or_stop()
    asyncio.run(_check_before_start(settings))
    make_server(settings, workers).serve()


def make_server(settings: Settings, workers: int, target: str = "backend.cli:app_from_env") -> MPServer | MTServer:
    """The production server of the application that `target` makes in each of its processes."""
    return Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=workers,
        factory=True,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        ssl_cert=settings.tls_cert,
        ssl_key=settings.tls_key,
    )


def app_from_env() -> object:
    """The application in a server process."""
    set_up_logs()
    return create_app(Settings.from_env())


async def _check_before_start(settings: Settings) -> None:
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            await ensure_no_demo_accounts(session, settings)
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    except (OSError, DBAPIError) as error:
        raise click.ClickException(f"the database cannot be used: {str(error).splitlines()[0]}") from error
    finally:
        await engine.dispose()


@main.command()
@click.option("--photos", default=2, show_default=True, help="Photos decoded at the same time.")
def worker(photos: int) -> None:
    """Work on jobs (photos) until told to stop."""
    asyncio.run(run_worker(settings_or_stop(), workers=photos))


@main.command()
def migrate() -> None:
    """Bring the district's tables up to date, making schema and PostGIS extension where missing."""
    settings = settings_or_stop()
    run_migrations(settings.database_url, settings.schema)
    click.echo(f"{settings.schema} is up to date")


@main.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def openapi(out: Path | None) -> None:
    """Print the OpenAPI document of the server. Needs no database."""
    text = openapi_text()
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text)


def openapi_text() -> str:
    """The document as JSON with sorted keys, so that a diff shows what changed."""
    spool = Path(os.environ.get("TMPDIR", "/tmp")) / "xuncheng-openapi"
    settings = Settings("postgresql://nobody@localhost/none", "openapi", "x" * 32, f"folder:{spool}", spool)
    document = create_app(settings).openapi_schema.to_schema()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


main.add_command(import_file)
main.add_command(demo)
main.add_command(create_user)
main.add_command(rescue_import)
main.add_command(sweep)
main.add_command(golden)

if __name__ == "__main__":
    main()
