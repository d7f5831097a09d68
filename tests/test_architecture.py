"""What the import contract cannot see: nobody commits, nobody reaches into another module's reads or routes."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BACKEND = ROOT / "backend"
MAY_COMMIT = {"core/db.py", "worker.py"}
PRIVATE_FILES = {"queries", "routes"}
# Shapes of a reading layer that every list shares.
SHARED = {"photos.queries", "cases.routes"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(BACKEND.rglob("*.py")):
        yield path.relative_to(BACKEND).as_posix(), ast.parse(path.read_text())


def test_nobody_commits_but_the_edge_and_the_worker() -> None:
    offenders = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        if name not in MAY_COMMIT
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "savepoint")
    ]
    assert not offenders


def test_a_module_leaves_the_queries_and_routes_of_others_alone() -> None:
    offenders = []
    for name, tree in modules():
        own = name.split("/")[0]
        if own in {"main.py", "cli.py", "worker.py"}:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("backend."):
                parts = node.module.split(".")[1:]
                names = {parts[-1], *(alias.name for alias in node.names)} & PRIVATE_FILES
                if parts[0] != own and names and ".".join(parts) not in SHARED:
                    offenders.append(f"{name}:{node.lineno} imports {node.module}")
    assert not offenders


def test_only_settings_reads_the_environment() -> None:
    offenders = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        if name not in {"settings.py", "cli.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert not offenders


def test_rules_and_lifecycles_are_plain_python() -> None:
    for name, tree in modules():
        if name.endswith(("rules.py", "lifecycle.py", "worktime.py", "place.py")):
            imported = {
                (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in node.names
            }
            assert not [one for one in imported if one.startswith(("litestar", "sqlalchemy", "sqlmodel"))], name
