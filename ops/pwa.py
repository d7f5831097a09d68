"""Build the PWA when its sources changed: `npm ci` by the lock file, then `npm run build` into pwa/dist."""

import hashlib
import os
import time
from pathlib import Path

from ops import former
from ops.process import run
from ops.say import Stop, step

NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", ".vite", "__pycache__"}


def install(root: Path) -> None:
    """`npm ci` when pwa/package-lock.json is not what node_modules was made from."""
    pwa = root / "pwa"
    if not (pwa / "package-lock.json").exists():
        raise Stop("pwa/package-lock.json is missing: this clone is not complete.")
    wanted = hashlib.sha256((pwa / "package-lock.json").read_bytes()).hexdigest()
    stamp = pwa / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step("JavaScript libraries, from the lock file") as now:
        _npm(root, "ci", "--no-audit", "--no-fund", log="npm-ci")
        stamp.write_text(wanted)
        now.note = "pwa/node_modules"


def build(root: Path) -> Path:
    """Install and build when needed; returns pwa/dist."""
    dist = root / "pwa" / "dist"
    stamp = root / ".local" / "pwa.built"
    wanted = sources(root / "pwa")
    if stamp.exists() and stamp.read_text() == wanted and (dist / "index.html").exists():
        return dist
    install(root)
    with step("The app") as now:
        store = root / ".local" / "pwa.assets"
        former.put_by(dist, store, time.time())
        _npm(root, "run", "build", log="pwa-build")
        kept = former.bring_back(dist, store, time.time())
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)
        now.note = f"pwa/dist, {kept} parts of former builds" if kept else "pwa/dist"
    return dist


def sources(folder: Path) -> str:
    """A digest of names and bytes of everything in `folder` that is written by people."""
    whole = hashlib.sha256()
    for here, inside, files in os.walk(folder):
        inside[:] = sorted(set(inside) - NOT_SOURCES)
        for name in sorted(files):
            path = Path(here) / name
            whole.update(f"{path.relative_to(folder)}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _npm(root: Path, *words: str, log: str) -> None:
    run(
        ["npm", *words],
        log=root / ".local" / "log" / f"{log}.log",
        what=f"npm {' '.join(words[:2])}",
        cwd=root / "pwa",
        env=dict(os.environ) | {"CI": "1"},
    )
