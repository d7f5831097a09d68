"""The figures of a run: what was aimed at, the table, and the file."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ops.home import ROOT
from ops.say import line

Figures = dict[str, float]


@dataclass(frozen=True)
class Target:
    """What two cores are to reach; without a `limit` the figure is for information."""

    name: str
    says: str
    sign: str = ""
    limit: float = 0.0

    def reached(self, value: float) -> bool | None:
        if not self.sign:
            return None
        return value <= self.limit if self.sign == "≤" else value >= self.limit


TARGETS = (
    Target("create_statements", "statements for one creation, routing included", "≤", 5),
    Target("create_commits", "commits for one creation", "≤", 1),
    Target("create_rps_c8", "creations a second, 8 connections", "≥", 250),
    Target("create_p95_ms_c8", "ms, 95 % of creations, 8 connections"),
    Target("create_rps_c32", "creations a second, 32 connections"),
    Target("create_p95_ms_c32", "ms, 95 % of creations, 32 connections", "≤", 300),
    Target("create_floor_rps", "a second, the same statements by pgbench"),
    Target("create_floor_ratio", "of that floor", "≥", 0.35),
    Target("create_server_cpu_ms", "ms of processor for one, in our processes"),
    Target("create_database_cpu_ms", "ms of processor for one, in PostgreSQL"),
    Target("queue_statements", "statements for 50 of 100,000 cases", "≤", 3),
    Target("queue_rps_c8", "queue pages a second, 8 connections"),
    Target("queue_p50_ms", "ms, half of the queue pages"),
    Target("queue_p95_ms", "ms, 95 % of queue pages", "≤", 50),
    Target("queue_server_cpu_ms", "ms of processor for one, in our processes"),
    Target("queue_database_cpu_ms", "ms of processor for one, in PostgreSQL"),
    Target("upload_rps", "photos of 1.2 MB stored a second, each with its report, 32 connections"),
    Target("upload_rss_before_mb", "MB resident in the server's processes before, after a warm-up"),
    Target("upload_rss_growth_mb", "MB more while 32 photos of 1.2 MB are on their way", "≤", 32),
    Target("cell_lookup_ms", "ms, a look-up among 10,000 cells"),
    Target("cell_lookup_growth", "times that among 1,000,000 cells", "≤", 1.5),
)


def show(figures: Figures) -> None:
    """The table: every figure that was measured, beside what it is to be."""
    line(f"\n  {'':<20} {'measured':>10}  {'target':>8}")
    for target in TARGETS:
        if target.name in figures:
            value = figures[target.name]
            aim = f"{target.sign} {target.limit:g}" if target.sign else ""
            verdict = {True: "reached", False: "MISSED", None: ""}[target.reached(value)]
            line(f"  {target.name:<20} {_number(value):>10}  {aim:>8}  {verdict:<8} {target.says}")


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def save(path: Path, figures: Figures, about: Mapping[str, object]) -> None:
    """Figures at the top level, each under its name, and what they were measured on under `about`."""
    rounded = {name: round(value, 3) for name, value in figures.items()}
    path.write_text(json.dumps({**rounded, "about": about}, ensure_ascii=False, indent=2) + "\n")


def machine() -> dict[str, object]:
    """The machine and the code that the figures belong to."""
    model = next(
        (row.partition(":")[2].strip() for row in _read("/proc/cpuinfo").splitlines() if row.startswith("model name")),
        platform.machine(),
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
