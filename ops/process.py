"""Start, watch and stop child processes, so that nothing of ours outlives the launcher."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ops.account import Account
from ops.say import NO_SPACE, Stop

PR_SET_PDEATHSIG = 1
MARK = "XUNCHENG_LAUNCHER"  # in the environment of what we start: a pid alone may be somebody else's by now
_libc = ctypes.CDLL(None)  # loaded here: between fork and exec there must be no import


def die_with_parent(sig: int) -> None:
    """Ask the kernel to send `sig` to this process when its parent ends, even by kill -9."""
    _libc.prctl(PR_SET_PDEATHSIG, int(sig))


def spawn(
    argv: Sequence[object],
    *,
    account: Account,
    env: Mapping[str, str],
    log: Path,
    cwd: Path,
    on_parent_death: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a long-running process of `account` in a session of its own, its output appended to `log`."""
    parent = os.getpid()

    def before_exec() -> None:
        die_with_parent(on_parent_death)
        if os.getppid() != parent:
            os._exit(1)

    with log.open("ab") as out:
        return subprocess.Popen(
            [str(a) for a in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(env),
            start_new_session=True,
            preexec_fn=before_exec,
            **account.popen(),
        )


def stop(process: subprocess.Popen[bytes], sig: int = signal.SIGTERM, patience: float = 15.0) -> None:
    """End a process that `spawn` started: `sig`, then after `patience` seconds SIGKILL to its whole group."""
    if process.poll() is None:
        process.send_signal(sig)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # also grandchildren that a killed child left behind
    process.wait()


def run(
    argv: Sequence[object],
    *,
    log: Path,
    what: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    heard: Callable[[str], None] | None = None,
) -> str:
    """Run a command to its end, its output kept in `log`; returns the output. `heard` gets each line as it comes.

    Raises Stop naming `what` with the last lines when it fails, and the full-disk sentence when that is why.
    """
    said = []
    with subprocess.Popen(
        [str(a) for a in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=dict(env) if env is not None else None,
        preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        **(account.popen() if account else {}),
    ) as process:
        assert process.stdout is not None
        try:
            for raw in process.stdout:
                said.append(raw.decode(errors="replace"))
                if heard:
                    heard(said[-1].strip())
        except BaseException:
            process.kill()
            raise
    text = "".join(said)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(text)
    if process.returncode != 0:
        if NO_SPACE in text or "ENOSPC" in text:
            raise Stop(f"The disk is full: {what} could not be finished. Make room, then start again.")
        raise Stop(f"{what} failed (all of it is in {log}):\n{tail(text)}")
    return text


def tail(text: str, lines: int = 15) -> str:
    """The last lines of an output, indented for showing."""
    return "\n".join("    " + part for part in text.rstrip().splitlines()[-lines:])


def leftovers(mark: str) -> list[int]:
    """Pids of processes that an earlier launcher of the clone `mark` started and that still run."""
    needle = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environ = (entry / "environ").read_bytes()
        except OSError:
            continue
        if needle in environ.split(b"\0") and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def end_leftovers(mark: str, patience: float = 10.0) -> int:
    """End what a launcher that was killed left running; returns how many processes that were."""
    found = leftovers(mark)
    for sig, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 2.0)):
        for pid in leftovers(mark):
            try:
                os.kill(pid, sig)
            except ProcessLookupError:
                continue
        until = time.monotonic() + wait
        while leftovers(mark) and time.monotonic() < until:
            time.sleep(0.1)
    return len(found)
