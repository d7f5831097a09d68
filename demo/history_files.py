"""What the plan of past cases reads of the district: classes, conditions, mix, people, cells."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from backend.core.worktime import UNITS, Calendar, Limit, parse_hours

DISTRICT = Path(__file__).parent / "wangcheng"


@dataclass(frozen=True)
class Condition:
    """A filing condition of a class."""

    code: str
    icon: str
    limit: Limit
    is_default: bool


@dataclass(frozen=True)
class Spot:
    """A point (WGS-84 lon, lat, six decimals) inside a cell, and the inspector of its duty grid."""

    lon: float
    lat: float
    cell: str
    inspector: str


@dataclass(frozen=True)
class District:
    """The facts of the files, in their order: nothing here depends on a set's order."""

    calendar: Calendar
    classes: dict[str, list[Condition]]
    mix: dict[str, float]
    direct_classes: list[str]
    operators: list[str]
    dispatchers: list[str]
    inspectors: dict[str, str]
    home_street: str
    phrases: dict[str, list[tuple[str, str]]]
    cells: dict[str, list[tuple[str, str]]]

    def inspector_of(self, cell: str) -> str:
        """The inspector who walks the duty grid of a cell (its code begins with its community's)."""
        return self.inspectors[cell[:12]]

    def spot(self, random: Random, street: str | None) -> Spot:
        """A random place, in `street` if one is named; town communities (居委会) four times as often as villages."""
        communities = [code for code in self.cells if street is None or code.startswith(street)]
        weights = [4.0 if code[9] in "01" else 1.0 for code in communities]
        community = random.choices(communities, weights)[0]
        cell, wkt = random.choice(self.cells[community])
        corners = [[float(n) for n in pair.split()] for pair in wkt[wkt.rindex("(") + 1 :].rstrip(")").split(",")]
        (x, y), (right_x, right_y), _, (up_x, up_y) = corners[:4]
        u, v = random.uniform(0.1, 0.9), random.uniform(0.1, 0.9)
        lon = x + u * (right_x - x) + v * (up_x - x)
        lat = y + u * (right_y - y) + v * (up_y - y)
        return Spot(round(lon, 6), round(lat, 6), cell, self.inspectors[community])


def read_district(folder: Path, cells: Path) -> District:
    """Read the import files of `folder` and `cells` (unit_grids.csv)."""
    squads = {row["code"]: row for row in _rows(folder / "squads.csv")}
    classes = _classes(folder)
    return District(
        calendar=_calendar(folder),
        classes=classes,
        mix={row["code"]: float(row["weight"]) for row in _rows(folder / "mix.csv")},
        direct_classes=[
            code
            for rule in _rows(folder / "routing_rules.csv")
            if rule["area_kind"] == "district" and squads[rule["squad"]]["kind"] == "direct"
            for code in classes
            if code.startswith(rule["class_prefix"])
        ],
        operators=[row["username"] for row in _rows(folder / "users.csv") if row["role"] == "operator"],
        dispatchers=[row["username"] for row in _rows(folder / "users.csv") if row["role"] == "dispatcher"],
        inspectors={
            community: row["inspectors"].split(";")[0]
            for row in _rows(folder / "duty_grids.csv")
            for community in row["communities"].split(";")
        },
        home_street=_home_street(folder, squads),
        phrases=_phrases(folder),
        cells=_cells(cells),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _calendar(folder: Path) -> Calendar:
    facts = json.loads((folder / "district.geojson").read_text("utf-8"))["properties"]
    days = {date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in _rows(folder / "calendar.csv")}
    return Calendar(days, parse_hours(facts["work_hours"]), facts["time_zone"])


def _classes(folder: Path) -> dict[str, list[Condition]]:
    units = {unit: unit for unit in UNITS}
    classes: dict[str, list[Condition]] = {}
    for row in _rows(folder / "catalogue.csv"):
        limit = Limit(int(row["limit_amount"]), units[row["limit_unit"]])  # type: ignore[index]
        condition = Condition(row["condition"], row["condition_icon"], limit, row["is_default"] == "1")
        classes.setdefault(row["code"], []).append(condition)
    return classes


def _home_street(folder: Path, squads: dict[str, dict[str, str]]) -> str:
    """The street of the first territorial squad member among the accounts to try: his queue shall not be empty."""
    posts = {row["username"]: row["squad"] for row in _rows(folder / "users.csv")}
    streets = [
        squads[posts[row["username"]]]["street"] for row in _rows(folder / "accounts.csv") if posts[row["username"]]
    ]
    return next(street for street in streets if street)


def _phrases(folder: Path) -> dict[str, list[tuple[str, str]]]:
    phrases: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(folder / "phrases.csv"):
        phrases.setdefault(row["kind"], []).append((row["text"], row["extra"]))
    return phrases


def _cells(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Community -> its cells (code, WKT)."""
    cells: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(path):
        cells.setdefault(row["community"], []).append((row["code"], row["wkt"]))
    return cells
