"""`make run`: from a clean clone to a running demo; Ctrl-C stops all that it started."""

import os
import signal
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from types import FrameType

from ops import closed, pwa, tools, venv
from ops.account import Account, folder, service_account
from ops.banner import show_banner, show_phone
from ops.cluster import Cluster, port_is_free
from ops.home import ROOT, Home, check_room, only_one
from ops.process import die_with_parent, end_leftovers, run, spawn, stop, tail
from ops.say import Stop, line, plain, step


class Interrupted(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass
class Service:
    """One of our programs while it runs; `process` writes to `log`."""

    name: str
    process: Popen[bytes]
    log: Path
    seen: int = field(default=0)  # bytes in the log before this start

    def said(self) -> str:
        return self.log.read_bytes()[self.seen :].decode(errors="replace")


@dataclass(frozen=True)
class Wish:
    """What the person asked for by PORT=, LAN=1 and DATABASE_URL."""

    port: int
    lan: bool
    database: str | None
    dev: bool = False

    @classmethod
    def from_env(cls, dev: bool = False) -> "Wish":
        asked = os.environ.get("PORT") or "8000"
        lan = os.environ.get("LAN", "") not in ("", "0")
        if not asked.isdigit() or not 1024 <= int(asked) <= 65000:
            raise Stop(f"PORT={asked} cannot be used: a number from 1024 to 65000.")
        return cls(int(asked), lan, os.environ.get("DATABASE_URL") or None, dev)

    @property
    def host(self) -> str:
        return "0.0.0.0" if self.lan else "127.0.0.1"

    @property
    def address(self) -> str:
        return f"{'https' if self.lan else 'http'}://localhost:{self.port}"


def main(words: list[str]) -> int:
    """The whole of it; returns the exit code."""
    os.umask(0o022)  # the server is another user and must be able to read what we install
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, _interrupt)
    if _parent_is_make():
        die_with_parent(signal.SIGTERM)
    try:
        with ExitStack() as stack:
            start(stack, Wish.from_env(dev="--dev" in words))
        return 0
    except Interrupted:
        line("  Stopped. Everything that was sent is kept; `make run` goes on from there.")
        return 0
    except Stop as why:
        line(f"\n{why}")
    except OSError as error:
        line(f"\n{plain(error)}")
    return 1


def start(stack: ExitStack, wish: Wish) -> None:
    """Prepare, start, tell, and watch until something ends. What was started is stopped by `stack`."""
    lock = stack.enter_context(only_one(ROOT))
    if end_leftovers(str(ROOT)):
        line("    (ended what a killed launcher had left running)")
    check_ports(wish)
    check_room(ROOT)
    home = prepare(wish)
    url = wish.database or stack.enter_context(_database(home))
    env = home.environment(url) | {"HOST": wish.host, "PORT": str(wish.port)}
    if wish.lan:
        env |= _certificate(home)
    load(home, env)
    services = stack.enter_context(_services(home, env, wish))
    wait_until_ready(wish, services, Path(env["XUNCHENG_TLS_CA"]) if wish.lan else None)
    lock.write_text(wish.address)
    show_banner(wish.address, env.get("XUNCHENG_TLS_CA"))
    if wish.lan:
        show_phone(home, wish.port)
    if wish.dev:
        line("  The app as you edit it: http://localhost:5173/\n")
    watch(services)


def check_ports(wish: Wish) -> None:
    """Raises Stop when somebody listens where we are to: before anything is built or started."""
    for port in (wish.port, wish.port + 1) if wish.lan else (wish.port,):
        if not (port_is_free(wish.host, port) and port_is_free("::1", port)):
            raise Stop(f"Port {port} is in use by another program: choose another, as in make run PORT={port + 100}")


def prepare(wish: Wish) -> Home:
    """Tools, libraries, app: everything that stays in the clone and is skipped when it is there."""
    needs = [tools.VENV] if wish.database else [tools.VENV, tools.POSTGIS]
    tools.check(ROOT, needs)
    account = service_account()
    python = venv.ready(ROOT, account)
    venv.compile_ourselves(ROOT, python, account)
    pwa.build(ROOT)
    seen = closed.seen_by(ROOT, account)
    return Home(ROOT, seen, account)


@contextmanager
def _database(home: Home) -> Iterator[str]:
    cluster = Cluster(home.local / "pg", account=home.account)
    with step("PostgreSQL, private to this clone") as now:
        if cluster.moved:
            line(f"    (user {home.account.name} cannot enter {home.root}: the database is in {cluster.home})")
        url = cluster.start()
        now.note = f"as {home.account.name}, 127.0.0.1:{cluster.port}"
    try:
        yield url
    finally:
        _be_deaf()
        cluster.stop()


def load(home: Home, env: dict[str, str]) -> None:
    """Bring the tables up to date, and the demo in when it is not there yet."""
    xuncheng = [home.seen / ".venv" / "bin" / "python", "-m", "backend.cli"]

    def call(*words: str, what: str) -> str:
        log = home.logs / f"{'-'.join(words)}.log"
        return run([*xuncheng, *words], log=log, what=what, cwd=home.seen, env=env, account=home.account)

    with step("Tables"):
        call("migrate", what="Bringing the tables up to date")
    if env["XUNCHENG_DEMO"] == "1":
        with step("Demo district (示例)"):
            call("demo", "load", what="Loading the demo")


@contextmanager
def _services(home: Home, env: dict[str, str], wish: Wish) -> Iterator[list[Service]]:
    python = home.seen / ".venv" / "bin" / "python"
    commands = {"serve": ["-m", "backend.cli", "serve"], "worker": ["-m", "backend.cli", "worker"]}
    if wish.lan:
        tls = folder(home.local / "tls", home.account)
        commands["certificate"] = ["-m", "ops.tls", "--serve", str(tls), str(wish.port + 1)]
    running: list[Service] = []
    try:
        for name, words in commands.items():
            log = home.logs / f"{name}.log"
            if not log.exists() or log.stat().st_size > 20_000_000:
                log.write_bytes(b"")
            size = log.stat().st_size
            process = spawn([python, *words], account=home.account, env=env, log=log, cwd=home.seen)
            running.append(Service(name, process, log, size))
        if wish.dev:
            running.append(_vite(home, env, wish))
        yield running
    finally:
        _be_deaf()
        for service in reversed(running):
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


def watch(services: list[Service]) -> None:
    """Sleep until a signal comes; raises Stop when a service ends by itself."""
    while True:
        for service in services:
            code = service.process.poll()
            if code is not None:
                raise Stop(f"{service.name} ended ({code}), so the rest was stopped too:\n{tail(service.said())}")
        time.sleep(0.5)


def _certificate(home: Home) -> dict[str, str]:
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


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    _be_deaf()  # a second Ctrl-C must not cut the stopping short: it takes seconds at most
    line()
    raise Interrupted


def _be_deaf() -> None:
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_IGN)


def _parent_is_make() -> bool:
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text().strip() in ("make", "gmake")
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
