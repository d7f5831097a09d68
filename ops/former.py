"""Parts of former builds of the app, served for 30 days more: a page that is open keeps loading what it was made with.

The build empties `dist`; its hashed files lie in a store beside it meanwhile. The service worker's precache is written
by the build and so lists only the new ones.
"""

import os
import shutil
from pathlib import Path

KEPT_S = 30 * 86_400
PRESENT = "present"


def put_by(dist: Path, store: Path, now: float) -> None:
    """Before a build: keep the hashed files that `dist` has been serving until `now` (seconds since the epoch)."""
    served = dist / "assets"
    if not served.is_dir():
        return
    store.mkdir(parents=True, exist_ok=True)
    listed = store / PRESENT
    present = set(listed.read_text().splitlines()) if listed.exists() else None
    for path in served.iterdir():
        if present is None or path.name in present:
            shutil.copyfile(path, store / path.name)
            os.utime(store / path.name, (now, now))


def bring_back(dist: Path, store: Path, now: float) -> int:
    """After a build: former files beside the new ones, those out of use for 30 days forgotten; how many came back."""
    served = dist / "assets"
    present = sorted(path.name for path in served.iterdir())
    store.mkdir(parents=True, exist_ok=True)
    (store / PRESENT).write_text("\n".join(present))
    back = 0
    for path in store.iterdir():
        if path.name == PRESENT or path.name in present:
            continue
        if now - path.stat().st_mtime > KEPT_S:
            path.unlink()
        else:
            shutil.copyfile(path, served / path.name)
            back += 1
    return back
