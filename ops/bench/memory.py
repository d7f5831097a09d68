"""Memory of a process and all its descendants, sampled while something happens."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6
SAMPLE_SECONDS = 0.1


def rss_mb(root: int) -> float:
    """Resident memory of `root` and its descendants in MB (10^6 bytes); what they share counts for each."""
    children: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            pages[int(entry.name)] = int((entry / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    total, ahead = 0, [root]
    while ahead:
        one = ahead.pop()
        total += pages.get(one, 0)
        ahead += children.get(one, [])
    return total * _PAGE_MB


@dataclass
class Peak:
    """What was resident before, and the most that was at any sample."""

    before_mb: float
    peak_mb: float

    @property
    def growth_mb(self) -> float:
        return self.peak_mb - self.before_mb


@contextmanager
def watched(root: int) -> Iterator[Peak]:
    """Sample `root` ten times a second until the end of the block."""
    start = rss_mb(root)
    peak, ended = Peak(start, start), threading.Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            peak.peak_mb = max(peak.peak_mb, rss_mb(root))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()
        peak.peak_mb = max(peak.peak_mb, rss_mb(root))
