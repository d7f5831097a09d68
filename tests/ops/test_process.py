"""Nothing that the launcher started outlives it."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops.account import Account
from ops.process import MARK, end_leftovers, run, spawn, stop
from ops.say import Stop

ME = Account("me", os.geteuid(), os.getegid(), switch=False)
ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = """
import os, sys
from pathlib import Path
from ops.account import Account
from ops.process import spawn
me = Account("me", os.geteuid(), os.getegid(), switch=False)
child = spawn(["sleep", "60"], account=me, env=os.environ, log=Path(sys.argv[1]), cwd=Path("/"))
print(child.pid, flush=True)
sys.stdin.read()
"""


def ends(pid: int, seconds: float = 10) -> bool:
    """Whether process `pid` has ended, or does within `seconds`."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


def test_child_ends_with_a_launcher_that_is_killed(tmp_path: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with launcher:
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())
        launcher.kill()
    assert ends(child)


def test_stop_ends_grandchildren_too(tmp_path: Path) -> None:
    script = "sleep 60 & echo $!; trap '' TERM; wait; wait"
    log = tmp_path / "log"
    log.touch()
    child = spawn(["sh", "-c", script], account=ME, env=os.environ, log=log, cwd=tmp_path)
    while not log.read_text().endswith("\n"):
        assert child.poll() is None
    stop(child, signal.SIGTERM, patience=0.2)
    assert ends(int(log.read_text()))


def test_what_a_killed_launcher_left_is_found_by_its_mark_alone(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "60"], env={MARK: str(tmp_path), "PATH": os.environ["PATH"]})
    other = subprocess.Popen(["sleep", "60"], env={MARK: "another clone", "PATH": os.environ["PATH"]})
    assert end_leftovers(str(tmp_path), patience=0.2) == 1
    assert left.wait(10) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()


def test_full_disk_is_one_sentence(tmp_path: Path) -> None:
    script = "echo 'write error: No space left on device'; exit 1"
    with pytest.raises(Stop, match=r"^The disk is full: copying could not be finished\."):
        run(["sh", "-c", script], log=tmp_path / "log", what="copying", cwd=tmp_path)


def test_failure_shows_the_last_lines_and_keeps_the_rest(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="the reason"):
        run(["sh", "-c", "echo the reason; exit 3"], log=tmp_path / "log", what="it", cwd=tmp_path)
    assert (tmp_path / "log").read_text() == "the reason\n"


WATCHER = """
import sys, time
from ops.make import Make
make = Make.above()
assert make is not None
print("watching", flush=True)
while not make.was_interrupted():
    time.sleep(0.05)
print("noticed", flush=True)
"""


def test_interrupt_that_only_make_got_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "watcher.py").write_text(WATCHER)
    (tmp_path / "Makefile").write_text(f"all:\n\t@{sys.executable} {tmp_path}/watcher.py\n")
    make = subprocess.Popen(
        ["make", "-s", "-f", tmp_path / "Makefile"],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with make:
        assert make.stdout is not None
        assert make.stdout.readline() == "watching\n"
        make.send_signal(signal.SIGINT)
        assert make.stdout.readline() == "noticed\n"
