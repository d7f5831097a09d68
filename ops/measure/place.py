"""Where it is measured: the whole server with the demo district and the production build, and phones to look at it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright, expect

from backend.admin.config import DEMO_PASSWORD
from ops import pwa
from ops.home import ROOT
from ops.say import Stop, line, step
from tests.e2e.stack import Broken, Stack

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HERE = {"latitude": 28.353, "longitude": 112.82, "accuracy": 8}
SLOW = 4
"""How many times slower than this machine a phone is taken to be."""


PATIENCE_MS = 60_000

expect.set_options(timeout=PATIENCE_MS)


def measured(work: Callable[[], Awaitable[int]]) -> int:
    """Run a part; what keeps it from measuring becomes a sentence and 1."""
    try:
        return asyncio.run(_awaited(work))
    except Stop as why:
        line(f"\n{why}")
    except KeyboardInterrupt:
        line("  Stopped.")
    return 1


async def _awaited(work: Callable[[], Awaitable[int]]) -> int:
    return await work()


@asynccontextmanager
async def served() -> AsyncIterator[Stack]:
    """The server with the demo district, all its own and removed afterwards. Raises Stop."""
    if "XUNCHENG_PWA" not in os.environ:
        pwa.build(ROOT)
    stack = Stack()
    try:
        try:
            with step("The server with the demo district"):
                await stack.start()
        except Broken as why:
            raise Stop(str(why)) from None
        yield stack
    finally:
        stack.stop()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


async def phone(browser: Browser, address: str) -> BrowserContext:
    """A phone of 390 × 844 in the district, that may use its position; nobody is signed in."""
    context = await browser.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation={"latitude": HERE["latitude"], "longitude": HERE["longitude"], "accuracy": HERE["accuracy"]},
        permissions=["geolocation"],
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


async def sign_in(page: Page, username: str) -> None:
    """By the form, as a person does."""
    await page.goto("/signin")
    await page.get_by_label("用户名", exact=True).fill(username)
    await page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(lambda url: "/signin" not in url)


async def devtools(page: Page, *, slow: int = 1) -> CDPSession:
    """A DevTools session with the page, its processor `slow` times slower."""
    session = await page.context.new_cdp_session(page)
    if slow > 1:
        await session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return session


async def metrics(session: CDPSession) -> dict[str, float]:
    """Performance.getMetrics by name: bytes, counts, and seconds in which the thread had the processor."""
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    answer: dict[str, Any] = await session.send("Performance.getMetrics")
    return {row["name"]: float(row["value"]) for row in answer["metrics"]}


APP_IS_KEPT = """async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) {
    await new Promise((again) => navigator.serviceWorker.addEventListener('controllerchange', again, { once: true }));
  }
}"""
"""In a page: until the service worker has the app and serves this page."""
