"""Lighthouse's mobile preset on capture, queue and tracking; taps under a slow processor; the offline start."""

import argparse
import asyncio
import hashlib
import json
import shutil
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

from backend.admin.config import DEMO_PASSWORD
from ops.home import ROOT
from ops.measure import taps
from ops.measure.figures import Figures, Target, report
from ops.measure.place import CHROMIUM, measured, served
from ops.process import run
from ops.say import Stop, line, step
from tests.e2e.stack import Stack

HERE = Path(__file__).parent
DETAILS = ROOT / ".local" / "lighthouse.json"
SQUAD = "gaotangling1"
AIMS = (
    ("performance", "Lighthouse's points", "≥", 95.0),
    ("accessibility", "Lighthouse's points", "≥", 100.0),
    ("lcp_s", "s, largest contentful paint", "≤", 2.0),
    ("cls", "cumulative layout shift", "≤", 0.05),
    ("tbt_ms", "ms, total blocking time", "≤", 150.0),
    ("fcp_s", "s, first contentful paint", "", 0.0),
    ("speed_index_s", "s, speed index", "", 0.0),
)
PAGES = ("capture", "queue", "tracking")
TARGETS = (
    *(Target(f"{page}_{name}", f"{says}, {page}", sign, limit) for page in PAGES for name, says, sign, limit in AIMS),
    *taps.TARGETS,
)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.measure lighthouse", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="medians of so many (default 5)")
    parser.add_argument("--only", choices=[*PAGES, "taps"], action="append", help="this one (may be given twice)")
    wish = parser.parse_args(words)
    return measured(lambda: _measure(wish.runs, wish.only or [*PAGES, "taps"]))


async def _measure(runs: int, only: list[str]) -> int:
    figures: Figures = {}
    about: dict[str, object] = {"runs": runs}
    async with served() as stack:
        pages = [page for page in await _pages(stack) if page["name"] in only]
        if pages:
            install()
            with step(f"Lighthouse, {runs} times {len(pages)} pages"):
                rows = await asyncio.to_thread(_lighthouse, stack.address, pages, runs)
            figures |= medians(rows)
            about |= {"lighthouse": rows[0]["version"], "benchmark_index": rows[0]["benchmark"]}
            DETAILS.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
            _tell(rows)
        if "taps" in only:
            with step("Taps and the offline start, at a quarter of the speed"):
                figures |= await taps.measure(stack)
    return report("lighthouse", figures, TARGETS, about)


async def _pages(stack: Stack) -> list[dict[str, Any]]:
    ref = await stack.ask(
        "select r.public_ref from report r join photo p on p.intake_id = r.id and p.slot = 'derived' limit 1"
    )
    if ref is None:
        raise Stop("The demo has no report with a photo to track.")
    return [
        {"name": "capture", "path": "/", "person": False},
        {"name": "queue", "path": "/tasks", "person": True},
        {"name": "tracking", "path": f"/t/{ref}", "person": False},
    ]


def install() -> None:
    """`npm ci` beside this file when its lock changed. Raises Stop."""
    lock = HERE / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if shutil.which("npm") is None:
        raise Stop("npm is missing (it comes with Node.js).")
    with step("Lighthouse, from its lock file") as now:
        log = ROOT / ".local" / "log" / "npm-ci-measure.log"
        words = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        run(words, log=log, what="npm ci in ops/measure", cwd=HERE)
        stamp.write_text(wanted)
        now.note = "ops/measure/node_modules"


def _lighthouse(base: str, pages: list[dict[str, Any]], runs: int) -> list[dict[str, Any]]:
    wish = {
        "chromium": CHROMIUM,
        "base": base,
        "username": SQUAD,
        "password": DEMO_PASSWORD,
        "runs": runs,
        "pages": pages,
    }
    log = ROOT / ".local" / "log" / "lighthouse.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    path = log.with_suffix(".wish.json")
    path.write_text(json.dumps(wish))
    said = run(["node", "audit.mjs", path], log=log, what="Lighthouse", cwd=HERE)
    rows = [json.loads(row) for row in said.splitlines() if row.startswith("{")]
    strayed = [row for row in rows if not any(row["final"].endswith(page["path"]) for page in pages)]
    if len(rows) != runs * len(pages) or strayed:
        raise Stop(f"Lighthouse did not see what it should: {[row['final'] for row in strayed]} (see {log}).")
    return rows


def medians(rows: list[dict[str, Any]]) -> Figures:
    """Of each page's runs, the median of each figure by itself."""
    by_page = defaultdict(list)
    for row in rows:
        by_page[row["page"]].append(row)
    return {
        f"{page}_{name}": statistics.median(row[name] for row in own)
        for page, own in by_page.items()
        for name, *_ in AIMS
    }


def _tell(rows: list[dict[str, Any]]) -> None:
    """What Lighthouse holds against each page, once."""
    told = set()
    for row in rows:
        for one in row["against"]:
            if (row["page"], one["id"]) not in told:
                told.add((row["page"], one["id"]))
                line(f"  {row['page']:<9} {one['category'][:13]:<13} {one['id']:<32} {one['score']:.2f} {one['says']}")
    line(f"  all of it: {DETAILS}")
