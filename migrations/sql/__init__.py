"""SQL that alembic cannot write by itself, one file per step; a file never changes once it has run anywhere."""

from pathlib import Path


def statements(name: str) -> list[str]:
    """The statements of a file beside this one. They end with a semicolon at a line's end, outside of $$ quotes."""
    found, lines = [], []
    for line in (Path(__file__).parent / name).read_text().splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        whole = "\n".join(lines)
        if line.rstrip().endswith(";") and whole.count("$$") % 2 == 0:
            found.append(whole)
            lines = []
    return found
