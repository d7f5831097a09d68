"""One world per process of tests, what each row's runs came to, and the file in which that is kept."""

import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from ops.home import ROOT
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.e2e.stack import Broken, built
from tests.faults.app import App, new_app
from tests.faults.audit import Count, Promise
from tests.faults.phone import Phone
from tests.faults.rows import NOT_RUN, ROWS
from tests.faults.world import World

SEEDS = int(os.environ.get("FAULT_SEEDS", "0"))
"""How often the random rows run: 0 is the short form of `make test`."""
OUT = Path(os.environ.get("FAULT_OUT", ROOT / ".local" / "faults-short.json"))
LONGEST = (48, 7, 26, 46, 5)
"""Rows that begin first, so that no process waits for one that began late."""


def parts(of: int) -> list[int]:
    """`of` random runs as some tests of at most 25 each, for several processes to share."""
    whole, rest = divmod(of, 25)
    return [25] * whole + [rest] * (rest > 0)


class Ledger:
    """What the rows came to."""

    def __init__(self) -> None:
        self.rows: dict[int, Count] = {}
        self.failed: set[int] = set()
        self.skipped: dict[int, str] = {}

    def add(self, row: int, count: Count) -> None:
        self.rows.setdefault(row, Count()).add(count)

    def merge(self, other: str) -> None:
        """What another process of the same session counted, as it packed it."""
        facts = json.loads(other)
        for row, count in facts["rows"].items():
            self.add(int(row), Count(**count))
        self.failed |= set(facts["failed"])
        self.skipped |= {int(row): why for row, why in facts["skipped"].items()}

    def packed(self) -> str:
        rows = {row: asdict(count) for row, count in self.rows.items()}
        return json.dumps({"rows": rows, "failed": sorted(self.failed), "skipped": self.skipped})

    def write(self) -> None:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        rows = {str(row): asdict(count) for row, count in sorted(self.rows.items())}
        not_run = NOT_RUN | {row: why for row, why in self.skipped.items() if row not in self.rows}
        faults = {str(row): fault for row, fault in ROWS.items()}
        facts = {"seeds": SEEDS, "faults": faults, "rows": rows, "failed": sorted(self.failed), "not_run": not_run}
        OUT.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


LEDGER = Ledger()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(number): automates this row of the fault matrix (tests/faults/rows.py)")


def rows_of(item: pytest.Item) -> list[int]:
    return [mark.args[0] for mark in item.iter_markers("row")]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    report = yield
    for row in rows_of(item):
        assert row in ROWS, row
        if report.failed:
            LEDGER.failed.add(row)
        elif report.skipped and isinstance(report.longrepr, tuple):
            LEDGER.skipped[row] = report.longrepr[2].removeprefix("Skipped: ")
        elif report.when == "call" and row not in LEDGER.rows:
            LEDGER.add(row, Count(runs=1))
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {row: place for place, row in enumerate(LONGEST)}
    items.sort(key=lambda item: min([order.get(row, len(order)) for row in rows_of(item)], default=len(order)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    told: dict[str, str] | None = getattr(session.config, "workeroutput", None)  # we are one process of several
    if told is None:
        LEDGER.write()
    else:
        told["ledger"] = LEDGER.packed()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist: one of the processes has ended."""
    if told := getattr(node, "workeroutput", None):
        LEDGER.merge(told["ledger"])


class Judge:
    """Asserts the invariants from the databases and enters what they came to under the test's row."""

    def __init__(self, world: World, rows: list[int]) -> None:
        self.world = world
        self.rows = rows

    async def __call__(
        self, *phones: Phone | App, promises: tuple[Promise, ...] = (), all_arrived: bool = True
    ) -> Count:
        """I1 to I4, I6 and I7 for everything these phones saved. `all_arrived=False`: faults are not over yet."""
        everything = [promise for phone in phones for promise in phone.promises] + list(promises)
        count = await self.world.count(*everything, all_arrived=all_arrived)
        for row in self.rows:
            LEDGER.add(row, count)
        assert count.clean, count.words
        if all_arrived:
            self.world.promises += everything
        return count


@pytest.fixture(scope="session")
def dist() -> Path:
    try:
        return built()
    except Broken as why:
        pytest.fail(str(why), pytrace=False)


@pytest.fixture(scope="session")
async def one_world(dist: Path) -> AsyncIterator[World]:
    """At its end everything is killed, and all that any phone of this session believed to be safe is there (I3)."""
    world = World(dist)
    try:
        await world.start()
        yield world
        world.proxy.lift()
        await world.crash_everything()
        count = await world.count(*world.promises)
        assert count.clean, count.words
        print(f"{count.reports} reports of this process, all there once and whole", file=sys.stderr)
    finally:
        await world.stop()


@pytest.fixture
async def world(one_world: World) -> AsyncIterator[World]:
    """The world as every test finds it: nothing goes wrong, and the server is up."""
    await one_world.mend()
    yield one_world
    one_world.proxy.lift()


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    await browser.close()


@pytest.fixture
async def app(world: World, browser: Browser) -> AsyncIterator[App]:
    """A phone with the app open and ready to take photos."""
    app = await new_app(world, browser)
    await app.first_open()
    yield app
    await app.close()


@pytest.fixture
def judge(world: World, request: pytest.FixtureRequest) -> Judge:
    return Judge(world, rows_of(request.node))


@pytest.fixture
async def phone(world: World) -> AsyncIterator[Phone]:
    phone = world.phone()
    yield phone
    await phone.close()
