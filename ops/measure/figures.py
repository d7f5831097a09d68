"""Figures beside their targets: the table that is printed, and `.local/measure.json` with the last run of each part."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.bench.results import Figures, Target, machine
from ops.home import ROOT
from ops.say import line

__all__ = ["PATH", "Figures", "Target", "machine", "report", "save", "show"]

PATH = ROOT / ".local" / "measure.json"


def show(figures: Figures, targets: Sequence[Target]) -> bool:
    """Print the table; True when every figure with a target reached it. A target without a figure is left out."""
    line(f"\n  {'':<30} {'measured':>10}  {'target':>9}")
    good = True
    for target in targets:
        if target.name not in figures:
            continue
        value = figures[target.name]
        verdict = target.reached(value)
        good = good and verdict is not False
        aim = f"{target.sign} {target.limit:g}" if target.sign else ""
        word = {True: "reached", False: "MISSED", None: ""}[verdict]
        line(f"  {target.name:<30} {value:>10.6g}  {aim:>9}  {word:<8} {target.says}")
    return good


def save(part: str, figures: Figures, about: Mapping[str, object], path: Path = PATH) -> None:
    """Write this part's figures under its name; those of the other parts stay as they are."""
    path.parent.mkdir(exist_ok=True)
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept[part] = {name: round(value, 4) for name, value in figures.items()} | {"about": dict(about)}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n")


def report(part: str, figures: Figures, targets: Sequence[Target], about: Mapping[str, object]) -> int:
    """Show and save; 0, because a missed target is a figure and not an error."""
    show(figures, targets)
    save(part, figures, {**machine(), **about})
    line(f"\n  {PATH}")
    return 0
