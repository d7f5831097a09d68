"""Ctrl-C, SIGTERM and a closed terminal end the launcher by an exception, so that everything is put away."""

import signal
from types import FrameType
from typing import NoReturn

from ops.say import line

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants us to end."""


def listen() -> None:
    """From now on a signal raises Interrupted in the main thread."""
    for sig in ENDINGS:
        signal.signal(sig, interrupt)


def interrupt(_signal: int = signal.SIGINT, _frame: FrameType | None = None) -> NoReturn:
    be_deaf()  # a second Ctrl-C must not cut the stopping short: it takes seconds at most
    line()
    raise Interrupted


def be_deaf() -> None:
    """While things are being stopped, nothing stops the stopping."""
    for sig in ENDINGS:
        signal.signal(sig, signal.SIG_IGN)
