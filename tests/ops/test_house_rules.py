"""Rules of the house that import-linter cannot say, read from the source (docs/adr)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BACKEND = sorted((ROOT / "backend").rglob("*.py"))
COMMITTERS = {Path("core/db.py"), Path("worker.py"), Path("cli.py")}


def module_of(path: Path) -> str:
    """cases for backend/cases/filing.py; the file's own name at the top."""
    inside = path.relative_to(ROOT / "backend")
    return inside.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", BACKEND, ids=name)
def test_nobody_reads_the_queries_or_routes_of_another_module(path: Path) -> None:
    mine = module_of(path)
    seen = [
        what
        for what in imports(path)
        for parts in [what.split(".")]
        if parts[0] == "backend" and len(parts) > 2 and parts[1] != mine
        if parts[2] == "queries" or (parts[2] == "routes" and mine != "main")
    ]
    assert seen == []


@pytest.mark.parametrize("path", BACKEND, ids=name)
def test_nobody_commits_but_the_edge(path: Path) -> None:
    if path.relative_to(ROOT / "backend") in COMMITTERS:
        return
    commits = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    ]
    assert commits == []


@pytest.mark.parametrize("path", BACKEND, ids=name)
def test_only_settings_read_the_environment(path: Path) -> None:
    if path.name == "settings.py":
        return
    assert [what for what in imports(path) if what in ("os.environ", "os.getenv")] == []
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert reads == []


@pytest.mark.parametrize("path", BACKEND, ids=name)
def test_rules_and_lifecycles_are_plain_python(path: Path) -> None:
    if path.name not in ("rules.py", "lifecycle.py", "worktime.py"):
        return
    heavy = ("litestar", "sqlalchemy", "sqlmodel", "geoalchemy2", "asyncpg")
    assert [what for what in imports(path) if what.startswith(heavy)] == []
