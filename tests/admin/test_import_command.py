"""`xuncheng import` as somebody at a terminal meets it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.admin.commands import import_file
from tests.admin.files import write
from tests.conftest import SCHEMA


def run(database_url: str, folder: Path, *words: str) -> Result:
    env = {
        "DATABASE_URL": database_url,
        "XUNCHENG_SCHEMA": SCHEMA,
        "XUNCHENG_SECRET": "x" * 40,
        "XUNCHENG_STORE": f"folder:{folder}",
        "XUNCHENG_SPOOL": str(folder),
        "COLUMNS": "200",
    }
    return CliRunner().invoke(import_file, list(words), env=env)


def test_a_refused_file_prints_line_field_and_reason_and_fails(database_url: str, tmp_path: Path) -> None:
    path = write(tmp_path, "calendar", {1: "2026/10/01,0,国庆节"})
    result = run(database_url, tmp_path, "calendar", str(path))
    assert result.exit_code == 1
    assert "nothing was loaded" in result.output
    assert all(word in result.output for word in ("2", "date", "a date such as 2026-01-31 is expected"))


def test_a_dry_run_says_what_would_be_loaded(database_url: str, tmp_path: Path) -> None:
    result = run(database_url, tmp_path, "calendar", str(write(tmp_path, "calendar")), "--dry-run")
    assert (result.exit_code, result.output) == (0, "calendar: would load 2 rows, 2 new or changed, 0 unchanged\n")


@pytest.mark.parametrize("words", [("trees", "x.csv"), ("calendar", "nowhere.csv")])
def test_an_unknown_kind_or_file_is_one_clear_sentence(
    database_url: str, tmp_path: Path, words: tuple[str, str]
) -> None:
    result = run(database_url, tmp_path, *words)
    assert result.exit_code == 2
    assert "Error: Invalid value" in result.output


def test_a_database_out_of_reach_is_one_sentence(tmp_path: Path) -> None:
    result = run("postgresql://nobody@127.0.0.1:1/none", tmp_path, "calendar", str(write(tmp_path, "calendar")))
    assert result.exit_code == 1
    assert result.output.startswith("Error: ") and result.output.count("\n") == 1
