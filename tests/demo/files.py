"""Readers of the demo district's files, for its tests."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "wangcheng"
SAMPLE = (112.82, 28.353)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def district() -> dict[str, Any]:
    feature: dict[str, Any] = json.loads((FOLDER / "district.geojson").read_text("utf-8"))
    return feature


def by(name: str, column: str) -> dict[str, list[dict[str, str]]]:
    """The rows of a file grouped by one column, in the file's order."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows(name):
        groups.setdefault(row[column], []).append(row)
    return groups


def codes(text: str) -> Iterator[str]:
    """The codes of a field that holds several, by semicolon."""
    return (code for code in text.split(";") if code)
