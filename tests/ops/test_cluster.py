"""The private cluster: what it does after a crash, an interrupted start, in a closed folder."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.account import service_account
from ops.cluster import Cluster, open_home, port_is_free
from ops.say import Stop


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that the database's user can enter (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="xuncheng-ops-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def durable(home: Path) -> Iterator[Cluster]:
    cluster = Cluster(home / "pg")
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def bare() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="xuncheng-ops-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def ask(url: str, sql: str) -> str:
    done = subprocess.run(["psql", url, "-XqAtc", sql], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_has_postgis_and_is_durable(durable: Cluster) -> None:
    assert ask(durable.url, "select postgis_lib_version()").startswith("3.")
    assert ask(durable.url, "show fsync") == "on"
    assert ask(durable.url, "show synchronous_commit") == "on"


def test_application_is_no_superuser(durable: Cluster) -> None:
    assert ask(durable.url, "select rolsuper from pg_roles where rolname = current_user") == "f"


def test_wrong_password_is_refused(durable: Cluster) -> None:
    url = f"postgresql://xuncheng:wrong@127.0.0.1:{durable.port}/xuncheng"
    with pytest.raises(subprocess.CalledProcessError):
        ask(url, "select 1")


def test_only_its_user_can_look_into_the_folder(durable: Cluster) -> None:
    assert durable.home.stat().st_mode & 0o077 == 0
    assert (durable.home / "password").stat().st_mode & 0o077 == 0


def test_data_survive_kill_9_of_the_server(durable: Cluster) -> None:
    ask(durable.url, "create table kept (n int); insert into kept values (42)")
    assert durable.process is not None
    os.kill(durable.process.pid, signal.SIGKILL)
    durable.process.wait()
    assert (durable.data / "postmaster.pid").exists()
    durable.start()
    assert ask(durable.url, "select n from kept") == "42"


def test_another_process_finds_the_running_cluster(durable: Cluster) -> None:
    assert Cluster(durable.home).running_url() == durable.url


def test_pid_file_that_names_another_program_is_dropped(bare: Path) -> None:
    cluster = Cluster(bare)
    cluster.data.mkdir()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    cluster.settle()
    assert not (cluster.data / "postmaster.pid").exists()


def test_half_made_cluster_is_made_again(bare: Path) -> None:
    (bare / "data.new" / "base").mkdir(parents=True)
    (bare / "data" / "base" / "1").mkdir(parents=True)
    with Cluster(bare, durable=False) as url:
        assert ask(url, "select 1") == "1"


def test_damaged_cluster_that_holds_data_is_left_alone(bare: Path) -> None:
    (bare / "data" / "base" / "16384").mkdir(parents=True)
    with pytest.raises(Stop, match="holds data"):
        Cluster(bare).start()
    assert (bare / "data" / "base" / "16384").exists()


def test_data_of_a_version_that_is_gone_are_left_alone(bare: Path) -> None:
    (bare / "data" / "base" / "16384").mkdir(parents=True)
    (bare / "data" / "PG_VERSION").write_text("11\n")
    with pytest.raises(Stop, match="made by PostgreSQL 11"):
        Cluster(bare).start()


def test_taken_port_is_noticed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not port_is_free("127.0.0.1", other.getsockname()[1])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the database as somebody else")
def test_closed_parent_folder_moves_the_database_to_var_tmp(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    where, moved = open_home(tmp_path / "pg", service_account())
    assert moved
    assert where.parent == Path("/var/tmp")
