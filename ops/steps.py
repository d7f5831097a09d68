"""What `make test` runs: each check once, quick ones first, browser last; what mostly waits runs beside the others."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """A command that passes by ending with 0. `needs` must exist, or the check fails saying so."""

    name: str
    group: str
    argv: tuple[str, ...]
    folder: str = "."
    needs: str = "."
    database: bool = False  # wants DATABASE_URL of a migrated throwaway database
    beside: bool = False  # mostly waits: it runs beside those that follow it, and is told of last


def python(name: str, group: str, *words: str, needs: str = ".", database: bool = False, beside: bool = False) -> Check:
    argv = (f".venv/bin/{words[0]}", *words[1:])
    return Check(name, group, argv, needs=needs, database=database, beside=beside)


def npm(name: str, group: str, script: str) -> Check:
    return Check(name, group, ("npm", "run", "--silent", script), folder="pwa", needs="pwa/package.json")


APART = ("e2e", "engines", "faults")
"""Folders of tests that are checks of their own."""
SEVERAL = ("-n", "3", "--maxschedchunk=1")
"""Three processes share the tests, which mostly wait."""

CHECKS = (
    python("ruff check", "lint", "ruff", "check", "."),
    python("ruff format", "lint", "ruff", "format", "--check", "."),
    python("import contract", "lint", "lint-imports", "--no-cache"),
    npm("biome", "lint", "lint"),
    python("mypy", "types", "mypy"),
    npm("vue-tsc", "types", "types"),
    python("fault tests", "unit", "pytest", "-q", *SEVERAL, "tests/faults", needs="tests/faults", beside=True),
    npm("vitest", "unit", "test"),
    npm("bundle budget", "unit", "size"),
    python("alembic check", "migrations", "alembic", "check", needs="migrations", database=True),
    python("pytest", "unit", "pytest", "-q", *(f"--ignore=tests/{name}" for name in APART), needs="tests"),
    python("browser tests", "e2e", "pytest", "-q", "tests/e2e", needs="tests/e2e"),
    python("other engines", "e2e", "pytest", "-q", "tests/engines", needs="tests/engines"),
)


def chosen(groups: list[str]) -> list[Check]:
    """The checks of `groups`, all of them when none is named; an unknown name raises KeyError."""
    known = {check.group for check in CHECKS}
    for name in groups:
        if name not in known:
            raise KeyError(f"{name}: one of {', '.join(sorted(known))}")
    return [check for check in CHECKS if not groups or check.group in groups]


def missing(check: Check, root: Path) -> str | None:
    """What the check needs and the clone lacks."""
    return None if (root / check.needs).exists() else check.needs
