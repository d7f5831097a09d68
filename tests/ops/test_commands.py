"""The commands a newcomer types, and the one that CI types."""

import os
import re
import subprocess
from pathlib import Path

from ops.steps import CHECKS
from ops.test import gist

ROOT = Path(__file__).resolve().parents[2]


def test_make_help_names_every_command() -> None:
    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert {row.split()[0] for row in said.splitlines()} == targets


def test_ci_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()


def test_every_tool_of_the_house_is_among_the_checks() -> None:
    names = {check.name for check in CHECKS}
    assert names >= {
        "ruff check", "ruff format", "mypy", "import contract", "alembic check", "pytest", "browser tests",
        "vitest", "vue-tsc", "biome", "bundle budget",
    }  # fmt: skip


def test_no_download_address_is_locked() -> None:
    for name in ("requirements.lock.txt", "ops/uv.txt", "pwa/package-lock.json"):
        text = (ROOT / name).read_text()
        assert not re.search(r'"resolved": "https?:|^[^#]*https?://\S+\.(whl|tgz|gz)', text, re.M), name


def test_a_failed_checks_reason_is_told_at_the_end_however_much_it_said(tmp_path: Path) -> None:
    log = tmp_path / "check.log"
    log.write_text("noise\n" * 500 + "E   assert 1 == 2\n" + "noise\n" * 500 + "FAILED tests/x.py::test_y - assert\n")
    assert gist(log).split("\n") == ["    E   assert 1 == 2", "    FAILED tests/x.py::test_y - assert"]
    log.write_text("one\ntwo\nthree\n")
    assert gist(log, most=2).split("\n") == ["    two", "    three"]
