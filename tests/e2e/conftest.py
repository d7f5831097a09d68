"""The stack once per session, a browser, and actors who must leave a clean console."""

import re
from collections.abc import AsyncIterator, Awaitable, Generator
from typing import Any, Protocol

import pytest
from playwright.async_api import Browser, async_playwright

from ops.home import ROOT
from tests.e2e.actors import Actor, keep_last_sight, make_actor
from tests.e2e.stack import Broken, Stack

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP xuncheng.lan 127.0.0.1",
]  # fmt: skip
SIGHTS = ROOT / ".local" / "e2e"

outcome: pytest.StashKey[bool] = pytest.StashKey()


class Cast(Protocol):
    """Makes an actor of this test: `await cast("citizen")`, `await cast("operator", desk=True)`."""

    def __call__(self, name: str, **options: Any) -> Awaitable[Actor]: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "e2e"):
            item.add_marker("e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[outcome] = report.failed
    return report


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator[Stack]:
    stack = Stack()
    try:
        try:
            await stack.start()
        except Broken as why:
            pytest.fail(str(why), pytrace=False)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def cast(stack: Stack, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Cast]:
    """Actors for one test. Whatever an actor's console called an error fails the test."""
    actors: list[Actor] = []

    async def make(name: str, *, address: str | None = None, **options: Any) -> Actor:
        actor = await make_actor(browser, name, address or stack.address, **options)
        actors.append(actor)
        return actor

    yield make
    test = re.sub(r"\W+", "-", request.node.name)
    if request.node.stash.get(outcome, True):
        await keep_last_sight(actors, SIGHTS, test)
        (SIGHTS / f"{test}-serve.log").write_text(stack.said("serve"))
        (SIGHTS / f"{test}-worker.log").write_text(stack.said("worker"))
    for actor in actors:
        await actor.context.close()
    noise = [line for actor in actors for line in actor.noise]
    assert not noise, "errors in a console:\n" + "\n".join(noise)


MEDIA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture
async def camera() -> AsyncIterator[Browser]:
    """A browser with a camera and a microphone that Chromium makes up, and nobody who has to be asked."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MEDIA])
        yield browser
        await browser.close()
