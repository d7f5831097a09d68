"""What the machine must have, and what of it we can bring ourselves (Debian and Ubuntu, as root)."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.postgres import OLDEST, installed
from ops.process import run
from ops.say import Stop, line, step

NODE = (20, 19)
# Debian's package would start a cluster of its own on 5432; this file, read by its installer, forbids it
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/xuncheng.conf")


@dataclass(frozen=True)
class Need:
    """A Debian package, wanted when `there` says no."""

    package: str
    what: str
    there: Callable[[], bool]


POSTGIS = Need("postgresql-N-postgis-3", "PostgreSQL ≥ 15 with PostGIS 3", lambda: bool(installed()))
VENV = Need("python3-venv", "python's venv", lambda: importlib.util.find_spec("ensurepip") is not None)
CHROMIUM = Need("chromium", "Chromium", lambda: shutil.which("chromium") is not None)
CJK = Need("fonts-wqy-microhei", "a Chinese font", lambda: _has_chinese_font())

# Other engines for the browser tests: wished for, not needed.
FIREFOX = Need("firefox-esr", "Firefox ESR", lambda: shutil.which("firefox-esr") is not None)
WEBKIT = Need("webkit2gtk-driver", "WebKitGTK's driver", lambda: shutil.which("WebKitWebDriver") is not None)
XVFB = Need("xvfb", "Xvfb", lambda: shutil.which("Xvfb") is not None)


def _has_chinese_font() -> bool:
    fonts = Path("/usr/share/fonts")
    return any(any(fonts.glob(f"*/{name}")) for name in ("wqy", "noto*/*CJK*", "*/*CJK*", "arphic*"))


def check(root: Path, needs: Sequence[Need]) -> None:
    """Check Python, Node and npm (never installed by us), then bring the Debian packages of `needs`.

    Raises Stop: one sentence that names everything missing, with the one command to type.
    """
    with step("Tools") as now:
        node = _node()
        now.note = f"Python {sys.version_info[0]}.{sys.version_info[1]}, Node {node[0]}.{node[1]}, npm"
    missing = [need for need in needs if not need.there()]
    if not missing:
        return
    packages = [_newest_postgis() if need is POSTGIS else need.package for need in missing]
    names = " and ".join(need.what for need in missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Stop(
            f"Missing: {names}. Type this once, then start again:\n    sudo apt-get install {' '.join(packages)}"
        )
    with step(f"Debian packages: {names}") as now:
        _install(root, missing, packages)
        now.note = " ".join(packages)


def offer(root: Path, needs: Sequence[Need]) -> None:
    """Bring the packages of `needs` where that can be done; what is missing then is said by the tests that skip."""
    missing = [need for need in needs if not need.there()]
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    try:
        with step(f"Debian packages: {' and '.join(need.what for need in missing)}"):
            _install(root, missing, [need.package for need in missing])
    except Stop as why:
        line(f"  Going on without: {why}")


def _node() -> tuple[int, int]:
    lack = "install Node.js from nodejs.org or your distribution, then start again."
    if shutil.which("node") is None:
        raise Stop(f"Node.js is missing (20.19 or newer, with npm): {lack}")
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.match(r"v(\d+)\.(\d+)", said)
    version = (int(number[1]), int(number[2])) if number else (0, 0)
    if version < NODE:
        raise Stop(f"Node.js {said.strip() or 'of an unknown version'} is too old (20.19 or newer): {lack}")
    if shutil.which("npm") is None:
        raise Stop(f"npm is missing (it comes with Node.js): {lack}")
    return version


def _newest_postgis() -> str:
    """The newest postgresql-N-postgis-3 that the distribution has, as far as its lists are there."""
    found = subprocess.run(
        ["apt-cache", "search", "--names-only", r"^postgresql-[0-9]+-postgis-3$"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout if shutil.which("apt-cache") else ""  # fmt: skip
    majors = [int(n) for n in re.findall(r"postgresql-(\d+)-postgis-3 ", found)]
    return f"postgresql-{max([*majors, OLDEST])}-postgis-3"


def _install(root: Path, missing: Sequence[Need], packages: list[str]) -> None:
    env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    log = root / ".local" / "log" / "apt.log"

    def apt(*words: str) -> None:
        run(["apt-get", "-qq", *words], log=log, what="Installing Debian packages", cwd=root, env=env)

    apt("update")
    if POSTGIS in missing:
        packages[missing.index(POSTGIS)] = _newest_postgis()
    ours = not NO_CLUSTER.exists()
    try:
        if ours:
            NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
            NO_CLUSTER.write_text("create_main_cluster = false\n")
        apt("install", "-y", "--no-install-recommends", *packages)
    finally:
        if ours:
            NO_CLUSTER.unlink(missing_ok=True)  # what an administrator installs later is not our business
    still = [need.what for need in missing if not need.there()]
    if still:
        raise Stop(f"{' and '.join(still)}: not found even after installing {' '.join(packages)} (see {log}).")
