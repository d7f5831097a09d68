"""The points are passed in their order, and nothing but an argument of `create_app` reaches them."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from backend import cli
from backend.core.db import Sessions
from backend.core.faults import POINTS, no_faults
from backend.main import create_app
from backend.settings import Settings
from ops.home import ROOT
from tests.conftest import TickingClock
from tests.make import jpeg, make_world, phone, report_payload


class AnythingGoes(Mapping[str, str]):
    """An environment in which every variable is set, to a fault where it is not needed, and which knows who asked."""

    def __init__(self, real: dict[str, str]) -> None:
        self._real = real
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._real.get(name, "after_put:sigkill")

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if "FAULT" in name.upper():
            return self[name]
        self.asked.add(name)
        return self._real.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._real)

    def __len__(self) -> int:
        return len(self._real)


async def test_each_point_is_passed_in_its_order(
    session: AsyncSession, sessions: Sessions, settings: Settings, clock: TickingClock
) -> None:
    await make_world(session)
    passed: list[str] = []

    async def faults(point: str) -> None:
        passed.append(point)

    app = create_app(settings, sessions=sessions, clock=clock, faults=faults)
    sender = await phone(app)
    assert passed == [], "registering a phone is no intake"
    payload = report_payload(jpeg())
    receipt = (await sender.put_report(payload)).json()
    assert passed == ["before_body", "before_commit", "after_commit", "after_answer"]
    passed.clear()
    answer = await sender.put_photo(f"reports/{receipt['id']}", payload["photos"][0]["id"], jpeg())
    assert answer.status_code == 201
    assert list(dict.fromkeys(passed)) == list(POINTS)


def test_production_reaches_no_fault_whatever_the_environment(database_url: str, tmp_path: Path) -> None:
    real = {
        "DATABASE_URL": database_url, "XUNCHENG_SCHEMA": "d990101", "XUNCHENG_SECRET": "s" * 40,
        "XUNCHENG_STORE": f"folder:{tmp_path / 'photos'}", "XUNCHENG_SPOOL": str(tmp_path / "spool"),
        "FAULT": "after_put:sigkill", "FAULTS": "after_put:sigkill", "XUNCHENG_FAULT": "after_put:sigkill",
        "XUNCHENG_FAULTS": '[{"point": "after_put", "action": "sigkill"}]',
    }  # fmt: skip
    environment = AnythingGoes(real)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", environment)
        app = cli.app_from_env()
    assert isinstance(app, Litestar)
    assert app.state.faults is no_faults
    assert app.state.photos.faults is no_faults
    assert app.after_response is None
    assert not [name for name in environment.asked if "FAULT" in name.upper()]


def test_only_tests_hand_faults_to_the_server() -> None:
    callers = [path for path in (ROOT / "backend").rglob("*.py") if re.search(r"\bfaults=", path.read_text())]
    assert callers == [], "a server that is not a test's passes faults"
