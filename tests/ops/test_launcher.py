"""What the launcher checks before it starts anything, and what it keeps."""

import os
import socket
from pathlib import Path

import pytest

from ops import tools
from ops.account import Account, folder, may
from ops.home import Home, only_one
from ops.pwa import sources
from ops.say import Stop
from ops.wish import Wish, check_ports

ME = Account("me", os.geteuid(), os.getegid(), switch=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / ".local").mkdir()
    return Home(tmp_path, tmp_path, ME)


def program(folder: Path, name: str, says: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)


def test_busy_port_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Stop, match=rf"^Port {port} is in use by another program: .*make run PORT="):
            check_ports(Wish(port, lan=False, database=None))


@pytest.mark.parametrize("port", ["80", "eighty", "70000", "-1"])
def test_impossible_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Stop, match=f"PORT={port}"):
        Wish.from_env()


def test_second_launcher_is_told_where_the_first_one_runs(tmp_path: Path) -> None:
    with only_one(tmp_path) as lock:
        lock.write_text("http://localhost:8000")
        with pytest.raises(Stop, match="already runs from this clone at http://localhost:8000"), only_one(tmp_path):
            pass
    with only_one(tmp_path):
        pass


def test_secret_is_made_once_and_private(home: Home) -> None:
    first = home.secret()
    assert len(first) >= 32
    assert home.secret() == first
    assert (home.local / "secret").stat().st_mode & 0o777 == 0o600


def test_setting_of_the_person_wins(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHENG_LIMIT_REPORTS_PER_MINUTE", "9")
    monkeypatch.setenv("XUNCHENG_DEMO", "0")
    env = home.environment("postgresql://a@b/c")
    assert env["XUNCHENG_LIMIT_REPORTS_PER_MINUTE"] == "9"
    assert env["XUNCHENG_DEMO"] == "0"
    assert env["DATABASE_URL"] == "postgresql://a@b/c"


def test_folder_of_another_user_is_not_taken(tmp_path: Path) -> None:
    theirs = Account("somebody", tmp_path.stat().st_uid + 4711, 4711, switch=False)
    with pytest.raises(Stop, match="belongs to user"):
        folder(tmp_path, theirs)


@pytest.mark.skipif(os.geteuid() != 0, reason="root may ask for others")
def test_closed_folder_is_closed_to_nobody_but_root(tmp_path: Path) -> None:
    (tmp_path / "inside").touch(0o644)
    tmp_path.chmod(0o700)
    assert may(ME, "-r", tmp_path / "inside")
    assert not may(Account("nobody", 65534, 65534, switch=True), "-r", tmp_path / "inside")


def test_missing_node_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stop, match=r"^Node.js is missing \(20.19 or newer, with npm\)"):
        tools.check(tmp_path, [])


def test_old_node_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "node", "v18.20.4")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stop, match=r"^Node.js v18.20.4 is too old"):
        tools.check(tmp_path, [])


def test_who_is_not_root_gets_one_command_for_all_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    gone = [tools.Need(name, f"the {name}", lambda: False) for name in ("one", "two")]
    with pytest.raises(Stop, match=r"the one and the two.*\n    sudo apt-get install one two"):
        tools.check(tmp_path, gone)


def test_app_is_built_again_only_when_a_source_changed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("one")
    before = sources(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("x")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("x")
    assert sources(tmp_path) == before
    (tmp_path / "src" / "main.ts").write_text("two")
    assert sources(tmp_path) != before
