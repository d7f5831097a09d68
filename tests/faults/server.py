"""The production server with faults at named points: `python -m tests.faults.server`, told by lines of JSON what to do.

A line `{"env": {…}, "faults": [{"point", "hit", "action"}, …], "log": path}` starts the server in a process group of
its own and is answered by that group's number. Everything is imported before, so a restart takes half a second.
"""

import asyncio
import contextlib
import errno
import gc
import json
import os
import signal
import sys
from collections import Counter
from typing import Any

from litestar import Litestar

from backend import cli
from backend.core.faults import POINTS, Faults
from backend.main import create_app
from backend.settings import Settings
from ops.process import die_with_parent

WANTED: list[dict[str, Any]] = []
"""Set before the workers are forked."""


def app_with_faults() -> Litestar:
    """What `make_server` is told to serve: the product's application, handed its faults as an argument."""
    die_with_parent(signal.SIGKILL)  # granian's own parent may be killed without a word
    return create_app(Settings.from_env(), faults=faults_of(WANTED))


def faults_of(wanted: list[dict[str, Any]]) -> Faults:
    """At the `hit`-th passing of `point` in this process (0: at each): sigkill, enospc, raise, hang or a wait."""
    passed: Counter[str] = Counter()
    for fault in wanted:
        assert fault["point"] in POINTS, fault

    async def faults(point: str) -> None:
        passed[point] += 1
        for fault in wanted:
            if fault["point"] == point and fault.get("hit", 1) in (0, passed[point]):
                await _happen(fault["action"])

    return faults


async def _happen(action: str) -> None:
    if action == "sigkill":
        os.killpg(0, signal.SIGKILL)
    elif action == "enospc":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    elif action == "raise":
        raise RuntimeError("a fault of the tests")
    else:
        await asyncio.sleep(float(action))


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the servers
    gc.freeze()
    print("loaded", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        told, tells = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(tells)
            _serve(order)
            os._exit(0)
        os.close(tells)
        os.read(told, 1)  # ends when the server has its group: before, it would look dead, and be started twice
        os.close(told)
        print(pid, flush=True)


def _serve(order: dict[str, Any]) -> None:
    die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(order["log"], "ab") as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
    os.environ.clear()
    os.environ.update(order["env"])
    WANTED[:] = order["faults"]
    settings = cli.settings_or_stop()
    with contextlib.suppress(SystemExit):
        cli.make_server(settings, 1, "tests.faults.server:app_with_faults").serve()


if __name__ == "__main__":
    sys.modules["tests.faults.server"] = sys.modules["__main__"]  # granian imports by this name; it is loaded already
    main()
