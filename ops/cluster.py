"""A private PostgreSQL cluster with PostGIS in a folder: made once, started and stopped with its owner.

The tests use the same code for a throwaway cluster: `with Cluster(path, durable=False) as url: …`.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from ops.account import Account, folder, may, service_account
from ops.postgres import Programs, installed
from ops.process import die_with_parent, spawn, stop, tail
from ops.say import NO_SPACE, Stop

FIRST_USER_OID = 16384  # a database with this number or above was made by somebody, not by initdb
DURABLE = {"fsync": "on", "synchronous_commit": "on"}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a clone deep in the tree would pass the 107 bytes of a socket's path
    "shared_buffers": "256MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Cluster:
    """A cluster under `home` (made when missing), listening on a free loopback port, password required.

    `durable=False` gives up safety for speed (tests only) and makes the role a superuser, so that
    tests can clone databases. `settings` are further server settings.
    """

    def __init__(
        self,
        home: Path,
        *,
        durable: bool = True,
        account: Account | None = None,
        settings: dict[str, str] | None = None,
        database: str = "xuncheng",
    ) -> None:
        self.account = account or service_account()
        self.home, self.moved = open_home(home.absolute(), self.account)
        self.durable = durable
        self.database = database
        self.settings = ALWAYS | (DURABLE if durable else THROWAWAY) | (settings or {})
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def url(self) -> str:
        """postgresql://…@127.0.0.1:port/database for the application's role."""
        return f"postgresql://xuncheng:{self._password()}@127.0.0.1:{self.port}/{self.database}"

    @property
    def superuser_url(self) -> str:
        """The same database for the superuser: logs, extensions, benchmarks."""
        return f"postgresql://postgres:{self._password()}@127.0.0.1:{self.port}/{self.database}"

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> str:
        """Start (making what is missing); returns `url`. Raises Stop with one sentence when that cannot be."""
        folder(self.home, self.account)
        programs = self._programs()
        if not self._is_whole():
            self._make(programs)
        self.settle()
        self._launch(programs)
        try:
            self._prepare(programs)
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop at once but cleanly (clients are cut off, committed work is safe)."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, patience=30)
            self.process = None

    def running_url(self) -> str | None:
        """`url` when another process (the launcher) has this cluster running, else None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            self.port = int((self.home / "port").read_text())
        except (OSError, ValueError):
            return None
        return self.url if _is_postmaster(pid, self.data) else None

    def _programs(self) -> Programs:
        """The newest PostgreSQL, or the one that made the data."""
        found = installed()
        if not found:
            raise Stop("PostgreSQL 15 or newer with PostGIS 3 is not installed.")
        version = self.data / "PG_VERSION"
        if version.exists():
            made_by = version.read_text().strip()
            match = [p for p in found if str(p.major) == made_by]
            if not match and self._holds_data():
                raise Stop(
                    f"The data in {self.data} were made by PostgreSQL {made_by}, which this machine no longer has "
                    f"(it has {found[0].major}): install postgresql-{made_by}-postgis-3, or move the folder away."
                )
            return match[0] if match else found[0]
        return found[0]

    def _is_whole(self) -> bool:
        """Whether initdb has finished here. It works in another folder that is renamed at its end."""
        if (self.data / "global" / "pg_control").exists() and (self.data / "PG_VERSION").exists():
            return True
        if self._holds_data():
            raise Stop(
                f"{self.data} is damaged (PG_VERSION or pg_control is missing) but holds data: "
                "move it away or put a backup in its place, then start again."
            )
        return False

    def _holds_data(self) -> bool:
        base = self.data / "base"
        return base.is_dir() and any(
            entry.name.isdigit() and int(entry.name) >= FIRST_USER_OID for entry in base.iterdir()
        )

    def _make(self, programs: Programs) -> None:
        """initdb into data.new, renamed when whole: what is left of an interrupted try is never taken for data."""
        new = self.home / "data.new"
        for leavings in (new, self.data):
            shutil.rmtree(leavings, ignore_errors=True)
        secret = self.home / "password"
        secret.touch(0o600)
        secret.write_text(secrets.token_urlsafe(24) + "\n")
        os.chown(secret, self.account.uid, self.account.gid)
        argv = [
            programs["initdb"], "-D", new, "-U", "postgres", f"--pwfile={secret}", "-A", "scram-sha-256",
            "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
        ]  # fmt: skip
        if not self.durable:
            argv.append("--no-sync")
        made = subprocess.run(
            [str(a) for a in argv], capture_output=True, text=True, check=False, cwd="/",
            preexec_fn=lambda: die_with_parent(signal.SIGKILL), **self.account.popen(),
        )  # fmt: skip
        if made.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise self._why("The database could not be made", made.stdout + made.stderr)
        new.rename(self.data)

    def settle(self) -> None:
        """After kill -9: wait for a server of ours that is still going down, and drop a stale postmaster.pid."""
        pidfile = self.data / "postmaster.pid"
        until = time.monotonic() + 30
        asked = False
        while pidfile.exists():
            try:
                pid = int(pidfile.read_text().split("\n", 1)[0])
            except ValueError:
                pid = 0
            if not _is_postmaster(pid, self.data):
                pidfile.unlink(missing_ok=True)
                return
            if not asked:  # nobody else starts a server here, and the launcher's lock is ours
                os.kill(pid, signal.SIGINT)
                asked = True
            if time.monotonic() > until:
                raise Stop(f"PostgreSQL (process {pid}) still runs on {self.data} and does not end.")
            time.sleep(0.1)

    def _launch(self, programs: Programs) -> None:
        """Start the server; another program may take the port between looking and binding: three tries."""
        for _ in range(3):
            self.port = self._free_port()
            argv: list[str | Path] = [programs["postgres"], "-D", self.data, "-p", str(self.port)]
            for name, value in self.settings.items():
                argv += ["-c", f"{name}={value}"]
            if not self.log.exists() or self.log.stat().st_size > 20_000_000:
                self.log.write_bytes(b"")
            seen = self.log.stat().st_size
            env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
            self.process = spawn(
                argv, account=self.account, env=env, log=self.log, cwd=self.home, on_parent_death=signal.SIGINT
            )
            said = self._wait_until_ready(programs, seen)
            if said is None:
                (self.home / "port").write_text(f"{self.port}\n")
                return
            self.process = None
            (self.home / "port").unlink(missing_ok=True)
            if "Address already in use" not in said:
                break
        raise self._why("PostgreSQL did not start", said or "")

    def _wait_until_ready(self, programs: Programs, seen: int, patience: float = 120.0) -> str | None:
        """None when it answers; else what it wrote to its log after byte `seen` before it ended."""
        assert self.process is not None
        until = time.monotonic() + patience
        while self.process.poll() is None:
            if self._psql(programs, "postgres", "select 1").returncode == 0:
                return None
            if time.monotonic() > until:
                self.stop()
                break
            time.sleep(0.05)
        return self.log.read_bytes()[seen:].decode(errors="replace")

    def _prepare(self, programs: Programs) -> None:
        """Role, database and PostGIS: each made when missing, so that an interrupted first start is continued."""
        superuser = "nosuperuser" if self.durable else "superuser"
        wanted = [
            ("postgres", "select 1 from pg_roles where rolname = 'xuncheng'",
             f"create role xuncheng login createdb {superuser} password '{self._password()}'"),
            ("postgres", f"select 1 from pg_database where datname = '{self.database}'",
             f"create database {self.database} owner xuncheng"),
            (self.database, "select 1 from pg_extension where extname = 'postgis'", "create extension postgis"),
        ]  # fmt: skip
        for database, question, command in wanted:
            if self._ask(programs, database, question) != "1":
                self._ask(programs, database, command)

    def _ask(self, programs: Programs, database: str, sql: str) -> str:
        done = self._psql(programs, database, sql)
        if done.returncode != 0:
            raise self._why("The database could not be prepared", done.stderr)
        return done.stdout.strip()

    def _psql(self, programs: Programs, database: str, sql: str) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env |= {"PGPASSWORD": self._password(), "PGCONNECT_TIMEOUT": "5"}
        argv = [
            programs["psql"], "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
            "-U", "postgres", "-d", database,
        ]  # fmt: skip
        # by standard input: the arguments of a process can be read by everybody on the machine
        return subprocess.run(
            [str(a) for a in argv], input=sql, env=env, cwd="/", capture_output=True, text=True, check=False
        )

    def _password(self) -> str:
        return (self.home / "password").read_text().strip()

    def _free_port(self) -> int:
        """The port of last time when it is free, so that tools that know it go on working."""
        kept = self.home / "port"
        if kept.exists():
            port = int(kept.read_text())
            if port_is_free("127.0.0.1", port):
                return port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    def _why(self, what: str, said: str) -> Stop:
        if NO_SPACE in said:
            return Stop(f"The disk is full: make room where {self.home} lies, then start again.")
        return Stop(f"{what} (its log: {self.log}):\n{tail(said)}")


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now (a port in TIME_WAIT counts as free, as it does for servers)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.errno != errno.EADDRINUSE  # a machine without IPv6 has nobody listening there
    return True


def open_home(wanted: Path, account: Account) -> tuple[Path, bool]:
    """(`wanted`, False), or (a folder in /var/tmp, True) when `account` cannot enter the folders above `wanted`."""
    above = wanted.parent
    while not above.exists():
        above = above.parent
    if not account.switch or may(account, "-x", above):
        return wanted, False
    digest = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    return Path(f"/var/tmp/xuncheng-{digest}"), True


def _is_postmaster(pid: int, data: Path) -> bool:
    """Whether `pid` is a PostgreSQL server on `data`: after a crash the number may be another program's."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return re.search(rf"postgres\0-D\0{re.escape(str(data))}\0", words) is not None
