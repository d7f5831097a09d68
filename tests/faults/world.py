"""One district for all fault tests: a durable PostgreSQL, the production server behind a proxy, both killed at will."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from backend.admin.demo import load_demo
from backend.core.clock import utc_now
from backend.core.migrate import migrate
from backend.settings import Settings
from ops.account import Account
from ops.cluster import Cluster
from ops.home import ROOT
from ops.process import spawn, stop
from tests.e2e.stack import free_port
from tests.faults.audit import Count, Promise, Read, audit
from tests.faults.phone import Phone
from tests.faults.proxy import Proxy

SCHEMA = "d430112"
PATIENCE_S = 60.0
HEARTBEAT_S = 0.02


async def until(fact: Callable[[], Any], what: str, within: float = PATIENCE_S) -> Any:
    """Asks again and again until `fact` (a function, possibly async) says something true; returns that."""
    end = time.monotonic() + within
    while True:
        said = fact()
        said = await said if isinstance(said, Awaitable) else said
        if said:
            return said
        assert time.monotonic() < end, f"not within {within:.0f} s: {what}"
        await asyncio.sleep(HEARTBEAT_S)


class World:
    """`await start()`; phones and browsers talk to `address`, which is the proxy's."""

    def __init__(self, dist: Path | None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="xuncheng-faults-", dir="/var/tmp"))
        self.home.chmod(0o755)  # the database's user has to get in
        # durable: this test is about what is still there after a crash
        self.cluster = Cluster(self.home / "pg")
        self.me = Account("me", os.geteuid(), os.getegid(), switch=False)
        self.dist = dist
        self.proxy = Proxy()
        self.port = free_port()
        self.env: dict[str, str] = {}
        self.group = 0
        self.consent = ""
        self.starts = self.phones = 0
        self.store_read: Read = self._read_folder
        self.promises: list[Promise] = []
        self._factory: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.proxy.port}"

    @property
    def photos(self) -> Path:
        return self.home / "photos"

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    # --- its life

    async def start(self) -> None:
        self._factory = _factory()
        await self._district()
        await self.proxy.start(self.port)
        assert self._factory.stdout is not None
        await asyncio.to_thread(self._factory.stdout.readline)
        await self.serve()
        self.consent = await self.ask("select version from consent_text order by valid_from desc limit 1")

    async def _district(self) -> None:
        """The demo district without a past; from FAULT_TEMPLATE (a folder) if a former run left its database there."""
        template = Path(os.environ["FAULT_TEMPLATE"]) if os.environ.get("FAULT_TEMPLATE") else None
        if template and template.exists():
            await asyncio.to_thread(subprocess.run, ["cp", "-a", template, self.home / "pg"], check=True)
        await asyncio.to_thread(self.cluster.start)
        self.env = self.environment()
        settings = Settings.from_env(self.env)
        await asyncio.to_thread(migrate, settings.database_url, settings.schema)
        await load_demo(settings, lambda _: None, utc_now(), 0)
        if template and not template.exists():
            await asyncio.to_thread(self.cluster.stop)
            await asyncio.to_thread(subprocess.run, ["cp", "-a", self.home / "pg", template], check=True)
            await asyncio.to_thread(self.cluster.start)

    def environment(self) -> dict[str, str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("XUNCHENG_", "DATABASE_URL"))}
        return env | {
            "DATABASE_URL": self.cluster.url,
            "XUNCHENG_DEMO": "1",
            "XUNCHENG_SECRET": secrets.token_urlsafe(48),
            "XUNCHENG_STORE": f"folder:{self.photos}",
            "XUNCHENG_SPOOL": str(self.spool),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "XUNCHENG_LIMIT_DEVICES_PER_MINUTE": "100000",  # a whole town of phones sits behind this loopback
            "XUNCHENG_LIMIT_REPORTS_PER_MINUTE": "100000",
            **({"XUNCHENG_PWA": str(self.dist)} if self.dist else {}),
        }

    async def stop(self) -> None:
        self.kill()
        if self._factory:
            self._factory.kill()
            self._factory.wait()
        await self.proxy.stop()
        await asyncio.to_thread(self.cluster.stop)
        shutil.rmtree(self.home, ignore_errors=True)

    # --- the server

    async def serve(self, *faults: dict[str, Any], ready: bool = True, **env: str) -> None:
        """(Re)start the API, with faults at named points and `env` on top of the usual. One that ends before it was
        ready, because PostgreSQL still recovers, is started again, as systemd would."""
        await self._launch(faults, env)

        async def is_ready() -> bool:
            if not self.alive:
                await self._launch(faults, env)
            return await self.status("/health/ready")

        if ready:
            await until(is_ready, f"the server is ready ({self.home / 'serve.log'})")

    async def _launch(self, faults: tuple[dict[str, Any], ...], env: dict[str, str]) -> None:
        self.kill()
        assert self._factory and self._factory.stdin and self._factory.stdout
        order = {"env": self.env | env, "faults": faults, "log": str(self.home / "serve.log")}
        print(json.dumps(order), file=self._factory.stdin, flush=True)
        self.group = int(await asyncio.to_thread(self._factory.stdout.readline))
        self.starts += 1

    async def mend(self) -> None:
        """Nothing goes wrong any more, and the server is up, whatever a test left behind."""
        self.proxy.lift()
        if self.cluster.process is None or self.cluster.process.poll() is not None:
            await self.postgres_start()
        if not self.alive or not await self.status("/health/ready"):
            await self.serve()

    def kill(self) -> None:
        """kill -9: the API and every process of it."""
        if self.group:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGKILL)
            self.group = 0

    @property
    def alive(self) -> bool:
        try:
            os.killpg(self.group, 0)
        except ProcessLookupError:
            return False
        return self.group != 0

    @asynccontextmanager
    async def supervised(self, **env: str) -> AsyncIterator[None]:
        """As systemd would: the API is started again, without faults, whenever it is gone."""

        over = False

        async def watch() -> None:
            while not over:
                if not self.alive:
                    await self.serve(ready=False, **env)
                await asyncio.sleep(HEARTBEAT_S)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            over = True  # not cancelled: a server just started would be nobody's
            await watching

    async def status(self, path: str) -> bool:
        """Whether the server itself, past the proxy, answers 200."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            answer = await asyncio.wait_for(reader.readline(), 5)
            writer.close()
        except (OSError, TimeoutError):
            return False
        return answer.startswith(b"HTTP/1.1 200")

    # --- the database

    async def postgres_immediate(self) -> None:
        """`pg_ctl stop -m immediate`: PostgreSQL aborts as in a power cut, then recovers from its log."""
        process = self.cluster.process
        assert process
        process.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(process.wait)

    async def postgres_start(self) -> None:
        await asyncio.to_thread(self.cluster.start)
        assert self.cluster.url == self.env["DATABASE_URL"], "the database came back elsewhere"

    async def ask(self, sql: str, *values: object) -> Any:
        """The first value of the first row."""
        connection = await asyncpg.connect(self.cluster.url, server_settings={"search_path": f"{SCHEMA},public"})
        try:
            return await connection.fetchval(sql, *values)
        finally:
            await connection.close()

    async def forget(self, report: str, case: object) -> None:
        """As a database restored from a backup: it has never heard of this report. The history is append-only for
        the application, not for a restore."""
        connection = await asyncpg.connect(
            self.cluster.superuser_url, server_settings={"search_path": f"{SCHEMA},public"}
        )
        try:
            await connection.execute("set session_replication_role = replica")  # no triggers, no foreign keys
            for table, column, value in (
                ("photo", "intake_id", report),
                ("case_report", "report_id", report),
                ("report", "id", report),
                ("case_history", "case_id", case),
                ("cases", "id", case),
            ):
                await connection.execute(f"delete from {table} where {column} = $1", value)
            await connection.execute(
                "delete from pgqueuer where convert_from(payload, 'utf8')::jsonb->>'intake' = $1", report
            )
        finally:
            await connection.close()

    # --- phones and judgement

    def phone(self, seed: int | None = None) -> Phone:
        """A new phone; each makes photos like nobody else's."""
        self.phones += 1
        return Phone(self.address, self.phones if seed is None else seed)

    def _read_folder(self, key: str) -> bytes | None:
        path = self.photos / key
        return path.read_bytes() if path.is_file() else None

    async def count(self, *promises: Promise, all_arrived: bool = True) -> Count:
        return await audit(self.cluster.url, SCHEMA, self.store_read, promises, all_arrived=all_arrived)

    async def crash_everything(self) -> None:
        """The API by kill -9, PostgreSQL as in a power cut; then both again."""
        self.kill()
        await self.postgres_immediate()
        await self.postgres_start()
        await self.serve()


def _factory() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def background(argv: list[str], log: Path, env: dict[str, str]) -> Callable[[], None]:
    """Start a helper program; returns what ends it."""
    me = Account("me", os.geteuid(), os.getegid(), switch=False)
    process = spawn(argv, account=me, env=env, log=log, cwd=ROOT)
    return lambda: stop(process, signal.SIGKILL)
