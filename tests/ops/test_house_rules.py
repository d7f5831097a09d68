"""Rules of the house that import-linter cannot say, read from the source (docs/adr)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BACKEND = sorted((ROOT / "backend").rglob("*.py"))


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


def attributes(path: Path) -> Iterator[ast.Attribute]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute))


def test_nobody_reads_the_queries_or_routes_of_another_module() -> None:
    """main puts the routes together; everybody else speaks to a service, a use-case, models or schemas."""
    seen = [
        (name(path), what)
        for path in BACKEND
        for what in imports(path)
        for parts in [what.split(".")]
        if parts[0] == "backend" and len(parts) > 2 and parts[1] != module_of(path)
        if parts[2] == "queries" or (parts[2] == "routes" and module_of(path) != "main")
    ]
    assert seen == []


def test_nobody_commits_but_the_edge() -> None:
    edge = {"backend/core/db.py", "backend/worker.py", "backend/cli.py"}
    commits = [
        (name(path), node.lineno)
        for path in BACKEND
        if name(path) not in edge
        for node in attributes(path)
        if node.attr in ("commit", "rollback") and ast.unparse(node.value) != "savepoint"
    ]
    assert commits == []


def test_only_settings_read_the_environment() -> None:
    reads = [
        (name(path), node.lineno)
        for path in BACKEND
        if path.name != "settings.py"
        for node in attributes(path)
        if node.attr in ("environ", "getenv") and isinstance(node.value, ast.Name) and node.value.id == "os"
    ]
    assert reads == []


def test_rules_and_lifecycles_are_plain_python() -> None:
    heavy = ("litestar", "sqlalchemy", "sqlmodel", "geoalchemy2", "asyncpg")
    plain = [path for path in BACKEND if path.name in ("rules.py", "lifecycle.py", "worktime.py")]
    assert plain
    assert [(name(path), what) for path in plain for what in imports(path) if what.startswith(heavy)] == []
