"""What the launcher tells the person in front of it: one line a step, and one sentence when it must stop."""

import errno
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

NO_SPACE = "No space left on device"


class Stop(Exception):
    """The launcher cannot go on. The message is the one clear sentence (or two) that the person reads."""


@dataclass
class Step:
    """A step under way; `note` is what its line says at the end, `doing` what it is at meanwhile."""

    title: str
    note: str = ""
    doing: str = ""

    def at(self, what: str) -> None:
        self.doing = what[:60]


def line(text: str = "") -> None:
    """Print at once, whatever the terminal's encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show one step: its title and running seconds on a terminal, and one finished line anywhere."""
    now = Step(title)
    began = time.monotonic()
    over = threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        while not over.wait(1):
            print(f"\r\033[K  … {title}  {time.monotonic() - began:.0f} s  {now.doing}", end="", flush=True)

    if live:
        print(f"  … {title}", end="", flush=True)
        ticker = threading.Thread(target=tick, daemon=True)
        ticker.start()
    else:
        line(f"  … {title}")
    done = False
    try:
        yield now
        done = True
    finally:
        over.set()
        if live:
            ticker.join()
            print("\r\033[K", end="")
        line(f"  {'✓' if done else '✗'} {title:<44} {now.note:<52} {time.monotonic() - began:6.1f} s")


def plain(error: OSError) -> Stop:
    """Turn an error of the operating system into the sentence a person can act on."""
    if error.errno == errno.ENOSPC:
        return Stop(f"The disk is full: make room where {error.filename or 'the clone'} lies, then start again.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Stop(f"No permission for {error.filename}: start as the user who owns the clone's .local folder.")
    return Stop(str(error))
