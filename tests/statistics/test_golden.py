"""The published month, through the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from backend.statistics.golden import LOTS

ROOT = Path(__file__).parents[2]


def run(database_url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "DATABASE_URL": database_url,
        "XUNCHENG_SCHEMA": "d990101",
        "XUNCHENG_SECRET": "x" * 40,
        "XUNCHENG_STORE": f"folder:{folder}",
        "XUNCHENG_SPOOL": str(folder),
    }
    command = [sys.executable, "-m", "backend.cli", "golden", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


async def test_the_golden_month_is_counted_as_published_and_leaves_nothing_behind(
    database_url: str, tmp_path: Path
) -> None:
    done = run(database_url, tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    counted = json.loads(done.stdout)
    assert counted["closure"] == 93.72
    assert counted["on_time"] == 75.82
    assert counted["events_closure"] == 94.35
    assert counted["components_closure"] == 56.25
    assert {name: counted[name] for name in ("received", "filed", "due", "closed", "closed_on_time")} == {
        "received": 1054, "filed": 996, "due": 972, "closed": 911, "closed_on_time": 737,
    }  # fmt: skip
    assert counted["filed_by_source"] == {"citizen": 43, "inspector": 953}
    connection = await asyncpg.connect(database_url)
    try:
        left = await connection.fetchval("select count(*) from pg_namespace where nspname like 'golden%'")
    finally:
        await connection.close()
    assert left == 0


def test_the_lots_add_up_to_what_was_published() -> None:
    assert sum(lot.cases for lot in LOTS) == 1054
    assert sum(lot.cases for lot in LOTS if lot.filed and lot.due and lot.kind == "E") == 956
    assert sum(lot.cases for lot in LOTS if lot.filed and lot.due and lot.kind == "C") == 16
    assert sum(lot.cases for lot in LOTS if lot.closed == "on_time") == 737
