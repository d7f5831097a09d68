"""`.venv/` from the hash-locked list: uv does it (5 s where pip takes 80), and uv itself comes by its hash."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from ops.account import Account, may
from ops.process import run
from ops.say import Stop, step

LOCK = "requirements.lock.txt"
OLDEST = (3, 11)
LAYOUT = b"2"  # change it when _put_ourselves_in changes, and every .venv is made again


def ready(root: Path, account: Account) -> Path:
    """Make `.venv/` hold what the lock says, unless it does already; returns its python.

    As root the interpreter must be one that `account` may run: a python in root's home is passed over.
    """
    python = root / ".venv" / "bin" / "python"
    stamp = root / ".venv" / "installed"
    interpreter = _interpreter(account)
    wanted = _digest(root, interpreter)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    with step("Python libraries, from the locked list") as now:
        logs = root / ".local" / "log"
        uv = _uv(root, logs)
        env = _environment(uv)
        make = [uv, "venv", "--quiet", "--clear", "--python", interpreter, root / ".venv"]
        run(make, log=logs / "venv.log", what="Making .venv", cwd=root, env=env)
        # another user cannot write __pycache__: what is not compiled now would be compiled at every start
        compiled = ["--compile-bytecode"] if account.switch else []
        run(
            [uv, "pip", "install", "--python", python, "--require-hashes", *compiled, "-r", LOCK],
            log=logs / "libraries.log",
            what="Installing the Python libraries",
            cwd=root,
            env=env,
        )
        _put_ourselves_in(root, python)
        stamp.write_text(wanted)
        now.note = f"{sum(1 for _ in _locked(root))} packages in .venv"
    return python


def compile_ourselves(root: Path, python: Path, account: Account) -> None:
    """As root: leave compiled code beside our own, because the user who runs it cannot (a second per start)."""
    if account.switch:
        folders = [name for name in ("backend", "media", "migrations", "demo", "ops") if (root / name).is_dir()]
        subprocess.run([python, "-m", "compileall", "-q", *folders], cwd=root, check=False)


def _digest(root: Path, interpreter: Path) -> str:
    parts = [(root / LOCK).read_bytes(), str(root).encode(), str(interpreter).encode(), LAYOUT]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _locked(root: Path) -> list[str]:
    return [line for line in (root / LOCK).read_text().splitlines() if "==" in line and line[0].isalnum()]


def _interpreter(account: Account) -> Path:
    """A Python >= 3.11 outside of any virtualenv that `account` may run; the one that runs us when it will do."""
    base = Path(sys.base_prefix) / "bin"
    minor = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    ours = [base / minor, base / "python3"]
    others = [
        Path(folder) / name
        for folder in ("/usr/local/bin", "/usr/bin")
        for name in ("python3", *(f"python3.{n}" for n in range(20, OLDEST[1] - 1, -1)))
    ]
    for candidate in (*ours, *others):
        if candidate.exists() and may(account, "-x", candidate.resolve()) and _version(candidate) >= OLDEST:
            return candidate
    raise Stop(
        f"{base / 'python3'} lies in a folder that user {account.name} cannot enter, and root runs no server: "
        "install Python 3.11 or newer for everybody (apt-get install python3), or start as an ordinary user."
    )


def _version(python: Path) -> tuple[int, ...]:
    said = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    ).stdout.split()
    return tuple(int(part) for part in said)


def _uv(root: Path, logs: Path) -> Path:
    """uv in a little virtualenv of its own, by the hash in ops/uv.txt."""
    home = root / ".local" / "tools"
    uv = home / "bin" / "uv"
    listed = (root / "ops" / "uv.txt").read_text()
    stamp = home / "installed"
    if uv.exists() and stamp.exists() and stamp.read_text() == listed:
        return uv
    run([sys.executable, "-m", "venv", "--clear", home], log=logs / "tools.log", what="Making .local/tools", cwd=root)
    run(
        [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "ops/uv.txt"],
        log=logs / "tools.log",
        what="Installing uv",
        cwd=root,
    )
    stamp.write_text(listed)
    return uv


def _environment(uv: Path) -> dict[str, str]:
    """uv does not read pip's settings: hand it the index a person set for pip (a mirror; the hashes still hold)."""
    env = dict(os.environ) | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    env.pop("VIRTUAL_ENV", None)
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & env.keys():
        index = env.get("PIP_INDEX_URL") or _pip_setting(uv, "global.index-url")
        if index:
            env["UV_DEFAULT_INDEX"] = index
    return env


def _pip_setting(uv: Path, name: str) -> str:
    asked = [str(uv.parent / "python"), "-m", "pip", "config", "get", name]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _put_ourselves_in(root: Path, python: Path) -> None:
    """`.venv/bin/xuncheng`, which runs this clone: there is no package to build or install."""
    command = python.parent / "xuncheng"
    # not "#!python": a path with a space or of more than 127 bytes cannot stand there
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{python}" -m backend.cli "$@"\n')
    command.chmod(0o755)
