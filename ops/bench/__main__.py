"""`make bench`: measure creation, queue and cell look-up on a private durable cluster, with wrk and pgbench."""

import argparse
import os
import shutil
import signal
import sys
from types import FrameType

from ops import closed, tools, venv
from ops.account import service_account
from ops.bench import cells, create, queue, uploads
from ops.bench.results import Figures, machine, save, show
from ops.bench.world import RAISED, SQL, WORKERS, World
from ops.home import ROOT, Home
from ops.make import Make
from ops.process import die_with_parent
from ops.say import Stop, line, plain, step
from ops.signals import Interrupted, be_deaf, listen

PARTS = ("create", "queue", "cells", "uploads")
SCHEMA, COLUMNS, ROWS = "bench", 380, 250
MOST_SECONDS = 900
WRK = tools.Need("wrk", "wrk", lambda: shutil.which("wrk") is not None)


def main(words: list[str]) -> int:
    """The whole run; 1 when it could not be measured. A missed target is a figure, not an error."""
    wish = _read(words)
    os.umask(0o022)
    listen()
    if Make.above():
        die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(MOST_SECONDS)
    try:
        home = _prepare(install=not wish.as_is)
        about = machine() | {"workers": WORKERS, "raised_limits": RAISED, "seconds_each": wish.seconds}
        if float(str(about["load_before"])) > 0.5:
            line(f"  ! This machine is at work already (load {about['load_before']}): figures will be too low.")
        with World.open(home) as world:
            about["postgresql"] = world.psql("show server_version") + ", fsync on, synchronous_commit on"
            figures = _measure(world, wish)
        show(figures)
        path = ROOT / ".local" / "bench.json"
        save(path, figures, about)
        line(f"\n  {path}")
        return 0
    except Interrupted:
        line("  Stopped, with everything that was started.")
    except Stop as why:
        line(f"\n{why}")
    except OSError as error:
        line(f"\n{plain(error)}")
    return 1


def _read(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part (may be given twice)")
    parser.add_argument("--seconds", type=int, default=8, help="length of each measurement (default 8)")
    parser.add_argument("--port", type=int, default=0, help="of the server; a free one if not given")
    parser.add_argument("--as-is", action="store_true", help="take .venv as it stands and install nothing")
    parser.add_argument("--hold", action="store_true", help="wait before stopping, to look at what runs")
    return parser.parse_args(words)


def _prepare(*, install: bool) -> Home:
    account = service_account()
    if install:
        tools.check(ROOT, [tools.VENV, tools.POSTGIS, WRK])
        python = venv.ready(ROOT, account)
        venv.compile_ourselves(ROOT, python, account)
    elif not WRK.there():
        raise Stop("wrk is missing: sudo apt-get install wrk")
    return Home(ROOT, closed.seen_by(ROOT, account), account)


def _measure(world: World, wish: argparse.Namespace) -> Figures:
    figures: Figures = {}
    parts = wish.only or PARTS
    if "create" in parts or "queue" in parts:
        with step(f"A district of {COLUMNS * ROWS:,} cells"):
            world.make_district(SCHEMA, COLUMNS, ROWS)
            world.psql(SQL / "senders.sql", schema=SCHEMA, phones=create.PHONES)
        with step(f"{queue.CASES:,} open cases with photos and history"):
            world.psql(SQL / "cases.sql", schema=SCHEMA, cases=queue.CASES)
        with world.serve(SCHEMA, wish.port) as address:
            if "create" in parts:
                figures |= create.measure(world, SCHEMA, address, wish.seconds)
            if "queue" in parts:
                figures |= queue.measure(world, address, wish.seconds)
            _hold(wish, f"{address} and {world.cluster.superuser_url} (schema {SCHEMA})")
    if "uploads" in parts:
        figures |= uploads.measure(world, wish.port, wish.seconds)
    if "cells" in parts:
        figures |= cells.measure(world, wish.port, max(2, wish.seconds // 2))
        _hold(wish, world.cluster.superuser_url)
    return figures


def _hold(wish: argparse.Namespace, what: str) -> None:
    if wish.hold:
        signal.alarm(0)
        line(f"  Holding {what}: press Enter to go on.")
        sys.stdin.readline()


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    be_deaf()
    raise Stop(f"Not finished after {MOST_SECONDS} s: stopped, with everything that was started.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
