"""`make run`: from a clean clone to a running demo; Ctrl-C stops all that it started."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ops import closed, pwa, tools, venv
from ops.account import service_account
from ops.banner import show_banner, show_phone
from ops.cluster import Cluster
from ops.home import ROOT, Home, check_room, only_one
from ops.make import Make
from ops.process import die_with_parent, end_leftovers, run
from ops.pwa import sources
from ops.say import Step, Stop, line, plain, step
from ops.services import Service, certificate, running, wait_until_ready, watch
from ops.signals import Interrupted, be_deaf, listen
from ops.wish import Wish, check_ports


def main(words: list[str]) -> int:
    """The whole of it; returns the exit code."""
    os.umask(0o022)  # the server is another user and must be able to read what we install
    listen()
    make = Make.above()
    if make:
        die_with_parent(signal.SIGTERM)
    try:
        with ExitStack() as stack:
            start(stack, Wish.from_env(dev="--dev" in words), make)
        return 0
    except Interrupted:
        line("  Stopped. Everything that was sent is kept; `make run` goes on from there.")
        return 0
    except Stop as why:
        line(f"\n{why}")
    except OSError as error:
        line(f"\n{plain(error)}")
    return 1


def start(stack: ExitStack, wish: Wish, make: Make | None = None) -> None:
    """Prepare, start, tell, and watch until something ends. What was started is stopped by `stack`."""
    lock = stack.enter_context(only_one(ROOT))
    if end_leftovers(str(ROOT)):
        line("    (ended what a killed launcher had left running)")
    check_ports(wish)
    check_room(ROOT)
    home = prepare(wish)
    cluster = None if wish.database else stack.enter_context(_database(home))
    url = cluster.url if cluster else str(wish.database)
    env = home.environment(url) | {"PYTHONUNBUFFERED": "1", "HOST": wish.host, "PORT": str(wish.port)}
    if wish.lan:
        env |= certificate(home)
    load(home, env, cluster)
    services = stack.enter_context(running(home, env, wish))
    wait_until_ready(wish, services, Path(env["XUNCHENG_TLS_CA"]) if wish.lan else None)
    lock.write_text(wish.address)
    show_banner(wish.address, env.get("XUNCHENG_TLS_CA"))
    if wish.lan:
        show_phone(home, wish.port)
    if wish.dev:
        line("  The app as you edit it: http://localhost:5173/\n")
    watch([*services, *_as_service(cluster)], make)


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
def _database(home: Home) -> Iterator[Cluster]:
    cluster = Cluster(home.local / "pg", account=home.account)
    with step("PostgreSQL, private to this clone") as now:
        if cluster.moved:
            line(f"    (user {home.account.name} cannot enter {home.root}: the database is in {cluster.home})")
        cluster.start()
        now.note = f"as {home.account.name}, 127.0.0.1:{cluster.port}"
    try:
        yield cluster
    finally:
        be_deaf()
        cluster.stop()


def _as_service(cluster: Cluster | None) -> list[Service]:
    """The database among what is watched; who stops it is `_database`."""
    if cluster is None or cluster.process is None:
        return []
    return [Service("PostgreSQL", cluster.process, cluster.log, cluster.log.stat().st_size)]


def load(home: Home, env: dict[str, str], cluster: Cluster | None) -> None:
    """Bring the tables up to date and the demo in; skipped while the private database holds just these."""
    stamp = cluster.home / "loaded" if cluster else None
    chosen = f"{env['XUNCHENG_DEMO']} {env.get('XUNCHENG_SCHEMA', '')}"
    wanted = f"{sources(home.root / 'migrations')} {sources(home.root / 'demo')} {chosen}"
    if stamp and stamp.exists() and stamp.read_text() == wanted:
        return
    xuncheng = [home.seen / ".venv" / "bin" / "python", "-m", "backend.cli"]

    def call(now: Step, *words: str, what: str) -> None:
        log = home.logs / f"{'-'.join(words)}.log"
        argv = [*xuncheng, *words]
        run(argv, log=log, what=what, cwd=home.seen, env=env, account=home.account, heard=now.at)

    with step("Tables") as now:
        call(now, "migrate", what="Bringing the tables up to date")
    if env["XUNCHENG_DEMO"] == "1":
        with step("Demo district (示例)") as now:
            call(now, "demo", "load", what="Loading the demo")
    if stamp:
        stamp.write_text(wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
