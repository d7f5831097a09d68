"""`make faults SEEDS=200`: every row of the fault matrix, the random ones with so many seeds; stops by itself."""

import argparse
import json
import os
import subprocess
import sys
import time

from ops import pwa, tools, venv
from ops.account import service_account
from ops.faults.table import markdown, read, summary
from ops.home import ROOT
from ops.process import die_with_parent
from ops.say import Stop, line, plain
from ops.signals import Interrupted, listen
from ops.test import SET_ASIDE

COUNTED = ROOT / ".local" / "faults-rows.json"
FACTS = ROOT / ".local" / "faults.json"
BASE_S, EACH_S = 1800, 60


def main(words: list[str]) -> int:
    """Run them all; 0 only when every test passed and nothing was lost, doubled, falsely confirmed or dangling."""
    wish = _read(words)
    os.umask(0o022)
    listen()
    try:
        if not wish.as_is:
            tools.check(ROOT, [tools.VENV, tools.POSTGIS, tools.CHROMIUM, tools.CJK])
            venv.ready(ROOT, service_account())
            pwa.build(ROOT)
        return _run(wish)
    except Interrupted:
        line("  Stopped, with everything that was started.")
    except Stop as why:
        line(f"\n{why}")
    except OSError as error:
        line(f"\n{plain(error)}")
    return 1


def _read(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="runs of each random row (default 200)")
    parser.add_argument("--only", default="", help="a pytest expression: only tests whose names match it")
    parser.add_argument("--processes", type=int, default=3, help="side by side, each with its own server (default 3)")
    parser.add_argument("--as-is", action="store_true", help="take .venv and the built app as they stand")
    wish = parser.parse_args(words)
    if wish.seeds < 1 or wish.processes < 1:
        parser.error("SEEDS and --processes are 1 or more")
    return wish


def _run(wish: argparse.Namespace) -> int:
    began = time.monotonic()
    COUNTED.unlink(missing_ok=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(SET_ASIDE)}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    env |= {"FAULT_SEEDS": str(wish.seeds), "FAULT_OUT": str(COUNTED)}
    several = ["-n", str(wish.processes), "--maxschedchunk=1"] if wish.processes > 1 else ["-s"]
    argv = [str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "tests/faults", "-v", "--no-header", *several]
    if wish.only:
        argv += ["-k", wish.only]
    most = BASE_S + EACH_S * wish.seeds
    try:
        done = subprocess.run(
            argv, cwd=ROOT, env=env, check=False, timeout=most, preexec_fn=lambda: die_with_parent(15)
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Stop(f"Not finished after {most} s: stopped.") from error
    if not COUNTED.exists():
        raise Stop("The tests ended before they had counted anything.")
    facts = summary(read(COUNTED), time.monotonic() - began)
    FACTS.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    line("\n" + markdown(facts))
    for number, why in facts["rows_not_run"].items():
        line(f"  row {number} was not run: {why}")
    line(f"\n  {FACTS}")
    wrong = sum(facts[name] for name in ("lost", "doubled", "false_ack", "dangling"))
    return 1 if done or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
