"""From what the tests counted in the databases to `.local/faults.json` and the table of docs/reliability.md."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COUNTED = ("reports", "lost", "doubled", "false_ack", "dangling")


@dataclass(frozen=True)
class Row:
    """One row of the fault matrix: how often it ran, and what was wrong with how many reports afterwards."""

    number: int
    fault: str
    runs: int
    reports: int
    lost: int
    doubled: int
    false_ack: int
    dangling: int


def rows_of(counted: dict[str, Any]) -> list[Row]:
    """The rows that ran, by number, from the file that the tests write."""
    faults: dict[str, str] = counted["faults"]
    found = []
    for number, count in counted["rows"].items():
        figures = {name: int(count[name]) for name in ("runs", *COUNTED)}
        found.append(Row(number=int(number), fault=faults[number], **figures))
    return sorted(found, key=lambda row: row.number)


def summary(counted: dict[str, Any], seconds: float) -> dict[str, Any]:
    """What goes to `.local/faults.json`."""
    rows = rows_of(counted)
    ran = [row.number for row in rows]
    missing = {number: "no test ran it" for number in map(int, counted["faults"]) if number not in ran}
    named = {int(number): why for number, why in counted["not_run"].items()}
    totals = {name: sum(getattr(row, name) for row in rows) for name in COUNTED}
    return {
        "seeds": counted["seeds"],
        "seconds": round(seconds),
        "rows_run": ran,
        "rows_not_run": {str(number): named.get(number, why) for number, why in missing.items()},
        "rows_failed": counted["failed"],
        **totals,
        "rows": [vars(row) for row in rows],
    }


def markdown(facts: dict[str, Any]) -> str:
    """The table: fault, times run, reports, lost, doubled."""
    lines = ["| # | Fault | Times run | Reports | Lost | Doubled |", "|--:|---|--:|--:|--:|--:|"]
    for row in facts["rows"]:
        cells = (row["number"], row["fault"], row["runs"], row["reports"], row["lost"], row["doubled"])
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    runs = sum(row["runs"] for row in facts["rows"])
    lines.append(f"| | **all** | **{runs}** | **{facts['reports']}** | **{facts['lost']}** | **{facts['doubled']}** |")
    return "\n".join(lines)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found
