"""The programs that `make run` keeps running: server, worker, and what LAN=1 and `make dev` add."""

import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from ops.account import Account, folder
from ops.home import Home
from ops.make import Make
from ops.process import run, spawn, stop, tail
from ops.say import Stop, step
from ops.signals import be_deaf, interrupt
from ops.wish import Wish


@dataclass
class Service:
    """One of our programs while it runs; `process` writes to `log`."""

    name: str
    process: Popen[bytes]
    log: Path
    seen: int = field(default=0)  # bytes in the log before this start

    def said(self) -> str:
        return self.log.read_bytes()[self.seen :].decode(errors="replace")


@contextmanager
def running(home: Home, env: dict[str, str], wish: Wish) -> Iterator[list[Service]]:
    python = home.seen / ".venv" / "bin" / "python"
    commands = {"serve": ["-m", "backend.cli", "serve"], "worker": ["-m", "backend.cli", "worker"]}
    if wish.lan:
        tls = folder(home.local / "tls", home.account)
        commands["certificate"] = ["-m", "ops.tls", "--serve", str(tls), str(wish.port + 1)]
    started: list[Service] = []
    try:
        for name, words in commands.items():
            log = home.logs / f"{name}.log"
            if not log.exists() or log.stat().st_size > 20_000_000:
                log.write_bytes(b"")
            size = log.stat().st_size
            process = spawn([python, *words], account=home.account, env=env, log=log, cwd=home.seen)
            started.append(Service(name, process, log, size))
        if wish.dev:
            started.append(_vite(home, env, wish))
        yield started
    finally:
        be_deaf()
        for service in reversed(started):
            stop(service.process)


def _vite(home: Home, env: dict[str, str], wish: Wish) -> Service:
    """The app from its sources on port 5173, as whoever edits them."""
    me = Account("me", os.geteuid(), os.getegid(), switch=False)
    log = home.logs / "vite.log"
    log.write_bytes(b"")
    env = env | {"XUNCHENG_API": wish.address, "HOME": os.environ.get("HOME", "/")}
    process = spawn(["npm", "run", "dev"], account=me, env=env, log=log, cwd=home.root / "pwa")
    return Service("vite", process, log)


def wait_until_ready(wish: Wish, services: list[Service], ca: Path | None, patience: float = 60) -> None:
    """Until /health/ready says 200; raises Stop with a service's last words when it ends first."""
    trust = ssl.create_default_context(cafile=str(ca)) if ca else None
    with step("Server") as now:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            for service in services:
                if service.process.poll() is not None:
                    raise Stop(f"{service.name} ended at its start (log: {service.log}):\n{tail(service.said())}")
            try:
                with urllib.request.urlopen(f"{wish.address}/health/ready", timeout=5, context=trust):
                    now.note = wish.address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise Stop(f"The server does not become ready:\n{tail(services[0].said())}")


def watch(services: list[Service], make: Make | None) -> None:
    """Sleep until a signal comes; raises Stop when a service ends by itself."""
    while True:
        if make and make.was_interrupted():
            interrupt()
        for service in services:
            code = service.process.poll()
            if code is not None:
                raise Stop(f"{service.name} ended ({code}), so the rest was stopped too:\n{tail(service.said())}")
        time.sleep(0.5)


def certificate(home: Home) -> dict[str, str]:
    """Make the certificates as the user who serves them; returns what tells the server of them."""
    tls = folder(home.local / "tls", home.account)
    python = home.seen / ".venv" / "bin" / "python"
    argv = [python, "-m", "ops.tls", tls]
    run(argv, log=home.logs / "tls.log", what="Making the certificate", cwd=home.seen, account=home.account)
    return {
        "XUNCHENG_TLS_CERT": str(tls / "server.pem"),
        "XUNCHENG_TLS_KEY": str(tls / "server.key"),
        "XUNCHENG_TLS_CA": str(tls / "ca.pem"),
    }
