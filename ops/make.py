"""The make that started us, watched so that whatever ends it ends us too."""

import os
import signal
from pathlib import Path


class Make:
    """The make that started us: on SIGINT to itself alone it says nothing to us and waits, so we look."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.catching = self._catches(signal.SIGINT)

    @classmethod
    def above(cls) -> "Make | None":
        pid = os.getppid()
        try:
            called = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return None
        return cls(pid) if called in ("make", "gmake") else None

    def was_interrupted(self) -> bool:
        """make catches SIGINT until it gets one, then gives it back its default."""
        return self.catching and not self._catches(signal.SIGINT)

    def _catches(self, sig: int) -> bool:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return False
        mask = next(int(row.split()[1], 16) for row in status.splitlines() if row.startswith("SigCgt"))
        return bool(mask >> (sig - 1) & 1)
