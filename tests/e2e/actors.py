"""People with phones (and one with a desk): each an own browser context, watched for errors in its console."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Geolocation, Page, ViewportSize, expect

from backend.admin.config import DEMO_PASSWORD

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
IN_THE_DISTRICT: Geolocation = {"latitude": 28.353, "longitude": 112.82, "accuracy": 8}
PATIENCE_MS = 30_000
"""A person would have given up before; a busy machine has not."""

expect.set_options(timeout=PATIENCE_MS)

OFFLINE = re.compile(r"net::ERR_INTERNET_DISCONNECTED")
"""The browser itself writes this for every request without network: no page can keep it from doing so."""


class Actor:
    """One person in one browser context. `noise` is what the console said that it should not have."""

    def __init__(self, name: str, context: BrowserContext, page: Page) -> None:
        self.name = name
        self.context = context
        self.page = page
        self.noise: list[str] = []
        self.allowed: list[re.Pattern[str]] = []
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.noise.append(f"{name}: uncaught {error.error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        where = f" ({message.location['url']})" if message.location.get("url") else ""
        words = f"{message.text}{where}"
        if not any(pattern.search(words) for pattern in self.allowed):
            self.noise.append(f"{self.name} on {message.page.url if message.page else '?'}: {words}")

    async def go(self, path: str) -> None:
        await self.page.goto(path)

    async def sign_in(self, username: str) -> None:
        """By the form, as a person does; ends on the page where this person's work is."""
        page = self.page
        await page.goto("/signin")
        await page.get_by_label("用户名", exact=True).fill(username)
        await page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="登录", exact=True).click()
        await page.wait_for_url(lambda url: "/signin" not in url)

    async def offline(self, off: bool = True) -> None:
        """Cut this person's network, or give it back."""
        if off:
            self.allowed.append(OFFLINE)
        await self.context.set_offline(off)

    async def shown(self, texts: Iterable[str]) -> None:
        """Each text is to be seen somewhere on the page."""
        for text in texts:
            await expect(self.page.get_by_text(text).first).to_be_visible()


async def make_actor(
    browser: Browser, name: str, address: str, *, desk: bool = False, sharp: bool = False, **options: Any
) -> Actor:
    """`desk`: 1280 × 800 with a mouse; otherwise a phone of 390 × 844. `sharp`: two dots per pixel, for pictures."""
    context = await browser.new_context(
        base_url=address,
        viewport=DESK if desk else PHONE,
        is_mobile=not desk,
        has_touch=not desk,
        device_scale_factor=2 if sharp else 1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
        geolocation=IN_THE_DISTRICT,
        permissions=["geolocation", "clipboard-read", "clipboard-write"],
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    return Actor(name, context, await context.new_page())


async def keep_last_sight(actors: Iterable[Actor], folder: Path, test: str) -> None:
    """A picture and the address of every actor's page, for whoever looks into a failed test."""
    folder.mkdir(parents=True, exist_ok=True)
    for actor in actors:
        if not actor.page.is_closed():
            await actor.page.screenshot(path=folder / f"{test}-{actor.name}.png")
