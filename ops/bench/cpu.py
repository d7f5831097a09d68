"""Processor time of a process and all its descendants: what a request costs, however busy the machine is."""

import os
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def used_ms(root: int) -> float:
    """Milliseconds of processor time (user and system) that `root` and its descendants have used, ended ones too."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # after the name in brackets: state, ppid, …; utime, stime, cutime, cstime are the 14th to 17th words
            words = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(words[1]), []).append(int(entry.name))
        ticks[int(entry.name)] = sum(map(int, words[11:15]))
    total, ahead = 0, [root]
    while ahead:
        one = ahead.pop()
        total += ticks.get(one, 0)
        ahead += children.get(one, [])
    return total * _TICK_MS
