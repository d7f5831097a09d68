"""Where it is measured: a private durable cluster, made-up districts in it, and the production server."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ops.account import folder
from ops.bench.cpu import used_ms
from ops.cluster import Cluster, port_is_free
from ops.home import Home
from ops.postgres import installed
from ops.process import run, spawn, stop, tail
from ops.say import Stop
from ops.signals import be_deaf

SQL = Path(__file__).parent / "sql"
WORKERS = 2
# The load comes from far fewer phones, much faster, than a district has: this limit would answer 429, as it should.
RAISED = {"XUNCHENG_LIMIT_REPORTS_PER_MINUTE": "1000000"}


@dataclass
class World:
    """The cluster of one run; everything it writes is under `.local/bench` and is made anew."""

    home: Home
    cluster: Cluster
    server: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def open(cls, home: Home) -> Iterator["World"]:
        """Start a new cluster as a server would run it: fsync and synchronous_commit on. Stopped and removed after."""
        cluster = Cluster(
            home.local / "bench" / "pg", account=home.account, settings={"log_line_prefix": "%m [%p] %a "}
        )
        if cluster.running_url():
            raise Stop("A benchmark runs from this clone already: two at once would measure each other.")
        shutil.rmtree(cluster.home, ignore_errors=True)
        try:
            cluster.start()
            yield cls(home, cluster)
        finally:
            be_deaf()
            cluster.stop()
            shutil.rmtree(cluster.home, ignore_errors=True)

    @property
    def folder(self) -> Path:
        return folder(self.home.local / "bench", self.home.account)

    @property
    def python(self) -> Path:
        return self.home.seen / ".venv" / "bin" / "python"

    def tool(self, name: str) -> Path:
        """psql or pgbench of the PostgreSQL that the cluster runs on."""
        return installed()[0][name]

    def client_env(self) -> dict[str, str]:
        """How psql and pgbench find the database as its superuser; not by arguments, which everybody can read."""
        url = urlsplit(self.cluster.superuser_url)
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return env | {
            "PGHOST": str(url.hostname),
            "PGPORT": str(url.port),
            "PGUSER": str(url.username),
            "PGPASSWORD": str(url.password),
            "PGDATABASE": url.path.lstrip("/"),
        }

    def psql(self, source: str | Path, **variables: object) -> str:
        """Run a statement, or a file of sql/ with its `:variables`; the output without alignment."""
        path = source if isinstance(source, Path) else self.folder / "statement.sql"
        if not isinstance(source, Path):
            path.write_text(source)
        words = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        argv = [self.tool("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *words, "-f", path]
        return run(argv, log=self.folder / "psql.log", what=path.name, cwd=Path("/"), env=self.client_env()).strip()

    def make_district(self, schema: str, columns: int, rows: int) -> None:
        """A schema by the real migrations with a district of `columns` x `rows` cells in it."""
        log = self.folder / "migrate.log"
        argv = [self.python, "-m", "backend.cli", "migrate"]
        run(argv, log=log, what="xuncheng migrate", cwd=self.home.seen, env=self.environment(schema))
        self.psql(SQL / "district.sql", schema=schema, columns=columns, rows=rows)

    def environment(self, schema: str) -> dict[str, str]:
        """Production settings: no demo, and the limits of RAISED."""
        env = {k: v for k, v in self.home.environment(self.cluster.url).items() if not k.startswith("XUNCHENG_LIMIT_")}
        del env["XUNCHENG_DEMO"], env["XUNCHENG_PWA"], env["XUNCHENG_ICONS"]
        store, spool = (folder(self.folder / name, self.home.account) for name in ("photos", "spool"))
        ours = {"XUNCHENG_STORE": f"folder:{store}", "XUNCHENG_SPOOL": str(spool), "XUNCHENG_SCHEMA": schema}
        return env | RAISED | ours

    @contextmanager
    def serve(self, schema: str, port: int) -> Iterator[str]:
        """The production server with WORKERS processes on loopback; its address. Port 0: any free one."""
        port = port or _free_port()
        if not port_is_free("127.0.0.1", port):  # two servers could share it, each with half of the load
            raise Stop(f"Port {port} is in use by another program: choose another.")
        log = self.folder / "serve.log"
        log.write_bytes(b"")
        env = self.environment(schema) | {"HOST": "127.0.0.1", "PORT": str(port)}
        argv = [self.python, "-m", "backend.cli", "serve", "--workers", str(WORKERS)]
        self.server = process = spawn(argv, account=self.home.account, env=env, log=log, cwd=self.home.seen)
        address = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + 60
            while not _is_ready(address):
                if process.poll() is not None or time.monotonic() > until:
                    raise Stop(f"The server did not start (log: {log}):\n{tail(log.read_text(errors='replace'))}")
                time.sleep(0.1)
            yield address
        finally:
            stop(process)
            self.server = None

    def processor_ms(self) -> tuple[float, float]:
        """Processor time used so far in milliseconds: by the server's processes, by the database's."""
        assert self.server and self.cluster.process
        return used_ms(self.server.pid), used_ms(self.cluster.process.pid)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
