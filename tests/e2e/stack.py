"""The whole of Xuncheng for browser tests: a throwaway cluster, the demo district, API and worker as real processes."""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from backend.admin.demo import load_demo
from backend.core.clock import utc_now
from backend.core.migrate import migrate
from backend.settings import Settings
from ops import pwa
from ops.account import Account
from ops.cluster import Cluster
from ops.home import ROOT
from ops.process import spawn, stop, tail

PAST_CASES = 30
"""Enough for lists that are not empty; a full demo has ten times as many."""
READY_S = 120.0


class Broken(Exception):
    """The stack cannot be had: one sentence, and the last words of the program that ended."""


class Stack:
    """`await start()` gives a served app at `address`; `stop()` ends every process and removes every file."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="xuncheng-e2e-", dir="/var/tmp"))
        self.home.chmod(0o755)  # the database's user has to get in
        self.cluster = Cluster(self.home / "pg", durable=False)
        self.me = Account("me", os.geteuid(), os.getegid(), switch=False)
        self.port = free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.env: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        """Raises Broken with a sentence for whoever runs the tests."""
        dist = built()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("XUNCHENG_")} | {
            "DATABASE_URL": self.cluster.start(),
            "XUNCHENG_DEMO": "1",
            "XUNCHENG_SECRET": secrets.token_urlsafe(48),
            "XUNCHENG_STORE": f"folder:{self.home / 'photos'}",
            "XUNCHENG_SPOOL": str(self.home / "spool"),
            "XUNCHENG_PWA": str(dist),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        settings = Settings.from_env(self.env)
        await asyncio.to_thread(migrate, settings.database_url, settings.schema)  # it has a loop of its own
        await load_demo(settings, lambda _: None, utc_now(), PAST_CASES)
        for name in ("serve", "worker"):
            argv = [sys.executable, "-m", "backend.cli", name]
            log = self.home / f"{name}.log"
            self.running[name] = spawn(argv, account=self.me, env=self.env, log=log, cwd=ROOT)
        await self._until_ready()

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            stop(process)
        self.cluster.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    async def ask(self, sql: str, *values: object) -> Any:
        """The first value of the first row, from the district's tables."""
        connection = await asyncpg.connect(self.cluster.url, server_settings={"search_path": "d430112,public"})
        try:
            return await connection.fetchval(sql, *values)
        finally:
            await connection.close()

    async def drawn(self, case: str) -> str:
        """The user name of whom the lot fell on for the open task of a case."""
        return str(
            await self.ask(
                "select p.username from case_task t join person p on p.id = t.person_id"
                " where t.case_id = $1::uuid and t.state = 'open'",
                case,
            )
        )

    async def pictures_are_made(self) -> None:
        """Returns when the worker has made the small pictures of every photo that came so far."""
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if not await self.ask("select count(*) from photo where slot = 'stored'"):
                return
            await asyncio.sleep(0.2)
        raise Broken(f"photos are still waiting after {READY_S:.0f} s:\n{self.said('worker')}")

    def said(self, name: str) -> str:
        """The last words of `serve` or `worker`."""
        return tail((self.home / f"{name}.log").read_text(errors="replace"), 40)

    async def _until_ready(self) -> None:
        until = time.monotonic() + READY_S
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            while time.monotonic() < until:
                for name, process in self.running.items():
                    if process.poll() is not None:
                        raise Broken(f"xuncheng {name} ended at its start:\n{self.said(name)}")
                try:
                    if (await client.get("/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise Broken(f"the server is not ready after {READY_S:.0f} s:\n{self.said('serve')}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def built() -> Path:
    """pwa/dist when it was made from the sources as they are, or what XUNCHENG_PWA names. Builds nothing.

    Raises Broken when there is no such app.
    """
    if other := os.environ.get("XUNCHENG_PWA"):
        return Path(other)
    dist = ROOT / "pwa" / "dist"
    index = dist / "index.html"
    stamp = ROOT / ".local" / "pwa.built"  # of `make test` and `make run`: knows the sources' bytes, not their times
    if not index.exists():
        raise Broken("pwa/dist is missing: run npm run build in pwa first")
    if stamp.exists() and stamp.read_text() == pwa.sources(ROOT / "pwa"):
        return dist
    made = index.stat().st_mtime
    sources = [ROOT / "pwa" / "index.html", *(ROOT / "pwa" / "src").rglob("*"), *(ROOT / "pwa" / "public").rglob("*")]
    newer = [path for path in sources if path.is_file() and path.stat().st_mtime > made and ".test." not in path.name]
    if newer:
        first = newer[0].relative_to(ROOT)
        raise Broken(f"pwa/dist is older than {first} ({len(newer)} such files): run npm run build in pwa first")
    return dist
