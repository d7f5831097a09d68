"""Each test in each engine that is installed, against one server; the network between them can be taken away."""

from collections.abc import AsyncIterator

import pytest

from ops.home import ROOT
from ops.measure.link import Link, linked
from tests.e2e.stack import Broken, Stack
from tests.engines.browser import Browser
from tests.engines.wire import Firefox, WebKit, Wire

ENGINES: dict[str, type[Wire]] = {"firefox": Firefox, "webkitgtk": WebKit}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "engines"):
            item.add_marker("e2e")


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator[Stack]:
    if all(engine.lacks() for engine in ENGINES.values()):
        pytest.skip("neither Firefox ESR nor WebKitGTK is installed")
    stack = Stack()
    try:
        try:
            await stack.start()
        except Broken as why:
            pytest.fail(str(why), pytrace=False)
        yield stack
    finally:
        stack.stop()


@pytest.fixture
async def link(stack: Stack) -> AsyncIterator[Link]:
    """The browser's only way to the server."""
    async with linked(stack.port) as link:
        yield link


@pytest.fixture(params=ENGINES)
async def browser(request: pytest.FixtureRequest, link: Link) -> AsyncIterator[Browser]:
    """A browser with an empty profile and the window of a phone."""
    engine = ENGINES[request.param]
    if lack := engine.lacks():
        pytest.skip(lack)
    wire = engine()
    try:
        await wire.start()
        await wire.send("SetWindowRect", width=480, height=900)
        yield Browser(wire, link.address)
    finally:
        await wire.stop()
