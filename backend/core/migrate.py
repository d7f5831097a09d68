"""Bring a district's schema up to date; the same code for production, demo and tests."""

from pathlib import Path

from alembic import command
from alembic.config import Config

ROOT = Path(__file__).resolve().parents[2]


def alembic_config(database_url: str, schema: str) -> Config:
    """Alembic's configuration for one district. Do not call from a running event loop: the environment starts one."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes.update(database_url=database_url, schema=schema)
    return config


def migrate(database_url: str, schema: str) -> None:
    """Run every migration that the schema lacks, creating schema and PostGIS extension first where missing."""
    command.upgrade(alembic_config(database_url, schema), "head")
