"""An inspector's open page for an hour in which nothing is done, and what 30 reports take of a data plan."""

import argparse
import asyncio
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Self

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

from ops.measure import seed
from ops.measure.figures import Figures, Target, report
from ops.measure.link import Link, linked
from ops.measure.place import APP_IS_KEPT, chromium, devtools, measured, metrics, phone, served, sign_in
from ops.say import Stop, step
from tests.e2e import steps
from tests.e2e.actors import Actor
from tests.e2e.stack import Stack

MINUTES, SETTLES_S, QUIET_S = 5.0, 75.0, 10.0
"""A page that was just opened is not idle yet: it looks for its position for a minute, and fetches ahead."""
REPORTS, PHOTOS, PHOTO_BYTES = 30, 3, 350_000
PAGES = ("/", "/tasks", "/mine")
TARGETS = (
    Target("requests_an_hour", "requests an hour, of the page that asks most", "≤", 20),
    Target("cpu_s_an_hour", "s of main thread an hour, of the page that works most", "≤", 5),
    *(Target(f"{what}{page}", f"{what} an hour, page {page}") for page in PAGES for what in ("requests", "cpu_s")),
    Target("traffic_mb", f"MB both ways: first opening, sign-in, {REPORTS} reports × {PHOTOS} photos", "≤", 60),
    Target("first_opening_mb", "MB of that: first opening, sign-in, what is fetched for later"),
)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.measure idle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="real minutes of rest, multiplied to an hour")
    wish = parser.parse_args(words)
    return measured(lambda: _measure(wish.minutes))


async def _measure(minutes: float) -> int:
    whole, module = seed.picture(PHOTO_BYTES), seed.bundle()
    async with served() as stack, chromium() as browser:
        with step(f"{REPORTS} reports of {PHOTOS} photos") as now:
            figures = await _traffic(browser, stack, whole, module)
            now.note = f"{figures['traffic_mb']:.1f} MB"
        with step(f"{minutes:g} minutes of rest"):
            resting = [await Rest.begin(browser, stack, path) for path in PAGES]
            await asyncio.sleep(SETTLES_S)
            for rest in resting:
                await rest.count()
            await asyncio.sleep(minutes * 60)
            for rest in resting:
                requests, cpu_s = await rest.end()
                figures[f"requests{rest.path}"] = requests * 60 / minutes
                figures[f"cpu_s{rest.path}"] = cpu_s * 60 / minutes
    figures["requests_an_hour"] = max(figures[f"requests{page}"] for page in PAGES)
    figures["cpu_s_an_hour"] = max(figures[f"cpu_s{page}"] for page in PAGES)
    return report("idle", figures, TARGETS, {"minutes": minutes, "photo_bytes": PHOTO_BYTES})


async def _traffic(browser: Browser, stack: Stack, whole: bytes, module: str) -> Figures:
    """Bytes over the wire from the first opening to the last receipt, with the lists that the person looks at."""
    async with linked(stack.port) as link:
        context = await _inspector(browser, link.address)
        await seed.offer(context, module, whole)
        page = context.pages[0]
        person = await page.evaluate("async () => (await (await fetch('/api/v1/session')).json()).person.id")
        await _quiet(link)
        opening = link.sent + link.received
        await seed.fill(page, REPORTS, PHOTOS, person, lambda _: None)
        await context.set_offline(False)
        until = time.monotonic() + 600
        while left := await page.evaluate(seed.UNSENT):
            if time.monotonic() > until:
                raise Stop(f"{left} reports are still on the phone after ten minutes.")
            await asyncio.sleep(1)
        for path in PAGES:
            await page.goto(path)
            await _quiet(link)
        await context.close()
        return {"traffic_mb": (link.sent + link.received) / 1e6, "first_opening_mb": opening / 1e6}


async def _inspector(browser: Browser, address: str) -> BrowserContext:
    """A phone with one page, on which an inspector has signed in, read the notice and has the app kept."""
    context = await phone(browser, address)
    actor = Actor("inspector", context, await context.new_page())
    await sign_in(actor.page, "inspector1")
    await steps.read_the_notice(actor)
    await actor.page.evaluate(APP_IS_KEPT)
    return context


async def _quiet(link: Link) -> None:
    """Until nothing was asked for QUIET_S."""
    seen = -1
    while seen != link.requests:
        seen = link.requests
        await asyncio.sleep(QUIET_S)


@dataclass
class Rest:
    """One open page, on a phone and a line of its own, which nobody touches."""

    path: str
    link: Link
    context: BrowserContext
    devtools: CDPSession
    _line: AbstractAsyncContextManager[Link]
    _cpu_s: float = 0.0

    @classmethod
    async def begin(cls, browser: Browser, stack: Stack, path: str) -> Self:
        line = linked(stack.port)
        link = await line.__aenter__()
        context = await _inspector(browser, link.address)
        page: Page = context.pages[0]
        await page.goto(path)
        return cls(path, link, context, await devtools(page), line)

    async def count(self) -> None:
        self.link.count_anew()
        self._cpu_s = (await metrics(self.devtools))["TaskDuration"]

    async def end(self) -> tuple[int, float]:
        """Requests and seconds of the main thread since `count`."""
        cpu_s = (await metrics(self.devtools))["TaskDuration"] - self._cpu_s
        await self.context.close()
        await self._line.__aexit__(None, None, None)
        return self.link.requests, cpu_s
