"""`.local/`: everything that running makes (database, photos, secrets, logs). Nothing of it is in git."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.account import Account, folder
from ops.process import MARK
from ops.say import Stop

ROOT = Path(__file__).resolve().parent.parent
ROOM = 1_500_000_000  # bytes that a first start fills: libraries, app, database
SPARE = 200_000_000  # bytes without which a start makes no sense


@dataclass(frozen=True)
class Home:
    """The clone at `root`; `seen` is where `account` finds it when the folders above are closed to it."""

    root: Path
    seen: Path
    account: Account

    @property
    def local(self) -> Path:
        return self.seen / ".local"

    @property
    def logs(self) -> Path:
        """Written by the launcher itself, and named in what the person reads: the clone's own path."""
        return self.root / ".local" / "log"

    def secret(self) -> str:
        """The key that signs photo links, made once; only the owner of `.local` reads the file."""
        path = self.local / "secret"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(48))
        return path.read_text().strip()

    def environment(self, url: str) -> dict[str, str]:
        """What our own programs read; a variable that the person has set wins (that is how one tries a setting)."""
        store, spool = folder(self.local / "photos", self.account), folder(self.local / "spool", self.account)
        ours = {
            "XUNCHENG_DEMO": "1",
            "XUNCHENG_SECRET": self.secret(),
            "XUNCHENG_STORE": f"folder:{store}",
            "XUNCHENG_SPOOL": str(spool),
            "XUNCHENG_PWA": str(self.seen / "pwa" / "dist"),
            "XUNCHENG_ICONS": str(self.seen / "demo" / "pictures" / "icons"),
        }
        inherited = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONHOME")}
        env = ours | inherited | {"DATABASE_URL": url, "PYTHONPATH": str(self.seen), MARK: str(self.root)}
        if self.account.switch:
            env["HOME"] = str(spool)  # root's home is closed to it
        return env


@contextmanager
def only_one(root: Path) -> Iterator[Path]:
    """Hold the clone's lock; its file tells the others where the server is.

    Raises Stop when another launcher holds it. The kernel lets go of it when we end, however that is.
    """
    path = root / ".local" / "run.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = path.read_text().strip()
            raise Stop(
                f"Xuncheng already runs from this clone{f' at {where}' if where else ''}: stop it first."
            ) from None
        path.write_text("")
        yield path


def check_room(root: Path) -> None:
    """Refuse early, in words, what would end half-way on a full disk."""
    first = not (root / ".venv" / "installed").exists()
    free = shutil.disk_usage(root).free
    needed = ROOM if first else SPARE
    if free < needed:
        raise Stop(
            f"Only {free / 1e6:.0f} MB are free where {root} lies, and {'the first' if first else 'a'} start needs "
            f"{needed / 1e6:.0f} MB: make room, then start again."
        )
