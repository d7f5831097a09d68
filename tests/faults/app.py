"""A real phone: the app in Chromium. Its disk is read from IndexedDB by code that knows nothing but the tables."""

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, Playwright, Request, expect

from backend.admin.config import DEMO_PASSWORD
from tests.e2e.actors import IN_THE_DISTRICT, PHONE
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.faults.audit import Promise
from tests.faults.phone import photo
from tests.faults.world import World, until

SAVED = "已存到本机。有网会自动发送。"
UNDO_S = 6
"""Longer than Send can be taken back."""

READ = """async () => {
  const names = await indexedDB.databases();
  if (!names.some((row) => row.name === 'capture')) return null;
  const db = await new Promise((resolve, reject) => {
    const ask = indexedDB.open('capture');
    ask.onsuccess = () => resolve(ask.result);
    ask.onerror = () => reject(ask.error);
  });
  const all = (table) => new Promise((resolve, reject) => {
    const ask = db.transaction(table).objectStore(table).getAll();
    ask.onsuccess = () => resolve(ask.result);
    ask.onerror = () => reject(ask.error);
  });
  const hex = async (bytes) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0')).join('');
  try {
    const [drafts, items, photos, bytes, meta] = await Promise.all(
      ['drafts', 'items', 'photos', 'bytes', 'meta'].map(all));
    const hashes = {};
    for (const row of bytes) hashes[row.photo_id] = await hex(row.bytes);
    return { drafts, items, photos, hashes, meta: Object.fromEntries(meta.map((row) => [row.key, row.value])) };
  } finally { db.close(); }
}"""
"""Everything in the outbox; of photos the hash of the very bytes."""

UNTIL_READY = """async () => {
  const catalogue = async () => {
    const names = await indexedDB.databases();
    if (!names.some((row) => row.name === 'xuncheng-cache')) return false;
    const db = await new Promise((resolve, reject) => {
      const ask = indexedDB.open('xuncheng-cache');
      ask.onsuccess = () => resolve(ask.result);
      ask.onerror = () => reject(ask.error);
    });
    const keys = await new Promise((resolve) => {
      if (!db.objectStoreNames.contains('kept')) resolve([]);
      else db.transaction('kept').objectStore('kept').getAllKeys().onsuccess = (event) => resolve(event.target.result);
    });
    db.close();
    return keys.some((key) => String(key).includes('catalogue'));
  };
  while (!(await catalogue())) await new Promise((again) => requestAnimationFrame(again));
}"""

UNTIL_INSTALLED = """async () => {
  while (!navigator.serviceWorker.controller) await new Promise((again) => requestAnimationFrame(again));
}"""

ORDER = {"queued": 0, "sending": 1, "conflicting": 2, "delivered": 3}
"""Beside it lie needs_sign_in and needs_attention: an item waits there and goes on where it was."""


class Disk:
    """What the phone holds at one moment."""

    def __init__(self, raw: dict[str, Any] | None) -> None:
        raw = raw or {"drafts": [], "items": [], "photos": [], "hashes": {}, "meta": {}}
        self.drafts: list[dict[str, Any]] = raw["drafts"]
        self.items: list[dict[str, Any]] = raw["items"]
        self.photos: list[dict[str, Any]] = raw["photos"]
        self.hashes: dict[str, str] = raw["hashes"]
        self.meta: dict[str, Any] = raw["meta"]

    @property
    def unsent(self) -> list[dict[str, Any]]:
        return [item for item in self.items if item["state"] != "delivered"]

    def photos_of(self, owner: str) -> list[dict[str, Any]]:
        """Photos of a draft or an item whose bytes are here and are what their row says."""
        mine = [row for row in self.photos if row["item_id"] == owner]
        return [row for row in mine if self.hashes.get(row["id"]) == row["sha256"]]

    def promises(self) -> list[Promise]:
        """Every report that is on this phone as sent or to be sent; hashes are those of the bytes, not of rows."""
        device = self.meta.get("device", {}).get("device_id")
        found = []
        for item in self.items:
            if item["kind"] != "report":
                continue
            photos = {row["id"]: self.hashes.get(row["id"], "gone") for row in self.photos_of(item["id"])}
            announced = {row["id"]: row["sha256"] for row in json.loads(item["payload"])["photos"]}
            assert photos == announced, f"{item['id']}: the phone holds other photos than it announced"
            confirmed = item["state"] == "delivered"
            held = confirmed and item["receipt"]["state"] == "held"
            body = item["payload"].encode()
            found.append(Promise(item["id"], body, photos, device, item["owner"], confirmed, held))
        return found


class App:
    """One phone with one browser profile, and the page that is open on it."""

    def __init__(self, world: World, context: BrowserContext, page: Page, profile: Path | None = None) -> None:
        self.world = world
        self.context = context
        self.page = page
        self.profile = profile
        self.promised: dict[str, Promise] = {}
        self.states: dict[str, str] = {}
        self.chance = random.Random(id(self))
        self.flying: set[Request] = set()
        context.on("request", lambda request: self.flying.add(request))
        context.on("requestfinished", lambda request: self.flying.discard(request))
        context.on("requestfailed", lambda request: self.flying.discard(request))

    # --- looking

    async def disk(self, page: Page | None = None) -> Disk:
        """The disk now. Remembers every promise on it, and that no report's state went back (I8)."""
        disk = Disk(await (page or self.page).evaluate(READ))
        for promise in disk.promises():
            self.promised[promise.id] = promise
        for item in disk.items:
            if item["state"] not in ORDER:
                continue
            before = self.states.get(item["id"], "queued")
            assert ORDER[item["state"]] >= ORDER[before] or before == "delivered", f"{before} -> {item['state']}"
            self.states[item["id"]] = item["state"]
        return disk

    @property
    def promises(self) -> list[Promise]:
        return list(self.promised.values())

    async def delivered(self, within: float = 90) -> Disk:
        """Waits, letting the page's time pass quickly, until nothing is unsent."""
        last = Disk(None)

        async def all_there() -> bool:
            nonlocal last
            await self.landed()
            await self.skip(5)
            last = await self.disk()
            return not last.unsent

        try:
            await until(all_there, "everything is delivered", within)
        except AssertionError as error:
            left = [(i["state"], i["attempts"], i["last_error"]) for i in last.unsent]
            raise AssertionError(f"{error}: {left} {last.meta.get('paused')}") from error
        return last

    async def skip(self, seconds: float) -> None:
        """So much of the page's time passes at once (its timers fire)."""
        await self.page.clock.fast_forward(int(seconds * 1000))

    async def landed(self) -> None:
        """What is on its way comes to its end first, for a few seconds: on a busy machine a request that is answered in
        two of them would run out of its twenty, when page time is made to fly."""
        with contextlib.suppress(AssertionError):
            await until(lambda: not self.flying, "requests have ended", within=5)

    # --- doing

    async def open(self, path: str = "/") -> Page:
        await self.page.goto(self.world.address + path)
        return self.page

    async def first_open(self) -> None:
        """The app for the first time on this phone: it has all it needs to take photos, also without network."""
        await self.open()
        await expect(self.camera()).to_be_attached()
        async with asyncio.timeout(60):
            await self.page.evaluate(UNTIL_READY)

    async def installed(self) -> None:
        """A moment later: every part of the app is kept on this phone, so that it opens without network."""
        async with asyncio.timeout(60):
            await self.page.evaluate(UNTIL_INSTALLED)

    def file(self, kilobytes: int = 8) -> dict[str, Any]:
        return {"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": photo(self.chance, kilobytes)}

    def camera(self) -> Locator:
        return self.page.get_by_role("main").get_by_label("从相册选", exact=True).first

    async def take(self, photos: int = 1, kilobytes: int = 8, files: list[Any] | None = None) -> None:
        """Photos from the album; ends when each is shown, which it is only once it is on disk."""
        files = files or [self.file(kilobytes) for _ in range(photos)]
        await self.camera().set_input_files(files)
        await expect(self.page.get_by_alt_text(f"照片 {len(files)}，共 {len(files)} 张")).to_be_visible()

    async def choose(self, name: str = "暴露垃圾") -> None:
        page = self.page
        tile = page.get_by_role("main").get_by_role("button", name=name, exact=True)
        everything = page.get_by_role("button", name="全部类别")
        await expect(tile.or_(everything).first).to_be_visible()
        if not await tile.count():
            await everything.click()
            tile = page.get_by_role("dialog").get_by_role("button", name=name, exact=True)
        await tile.first.click()

    async def send(self) -> Disk:
        """Taps Send; from "saved on this phone" on it has to arrive."""
        before = {item["id"] for item in (await self.disk()).items}
        await self.page.get_by_role("button", name="发送", exact=True).click()
        await expect(self.page.get_by_text(SAVED)).to_be_visible()
        disk = await self.disk()
        assert {item["id"] for item in disk.items} - before, "it says saved, and nothing new is on disk"
        return disk

    async def report(self, photos: int = 1, kilobytes: int = 8) -> Disk:
        await self.take(photos, kilobytes)
        await self.choose()
        return await self.send()

    async def sign_in(self, username: str) -> None:
        page = await self.open("/signin")
        await page.get_by_label("用户名", exact=True).fill(username)
        await page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="登录", exact=True).click()
        await page.wait_for_url(lambda url: "/signin" not in url)

    async def new_page(self) -> Page:
        """The old tab is gone, a new one opens."""
        self.page = await self.context.new_page()
        return self.page

    async def close(self) -> None:
        await self.context.close()

    async def kill(self) -> None:
        """kill -9 of the whole browser."""
        assert self.profile
        for pid in browser_pids(self.profile):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await until(lambda: not browser_pids(self.profile), "the browser is gone")
        for lock in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self.profile / lock).unlink(missing_ok=True)


def browser_pids(profile: Path) -> list[int]:
    """Processes of the browser with this profile."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words:
            found.append(int(entry.name))
    return found


def options(world: World) -> dict[str, Any]:
    return {
        "viewport": PHONE, "is_mobile": True, "has_touch": True, "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce", "geolocation": IN_THE_DISTRICT, "permissions": ["geolocation"],
        "base_url": world.address,
    }  # fmt: skip


async def _ready(world: World, context: BrowserContext, page: Page, profile: Path | None, clock: bool) -> App:
    context.set_default_timeout(60_000)
    # The notice about personal data was read on an earlier day.
    await context.add_init_script(f"try {{ localStorage.setItem('xuncheng.consent', '{world.consent}') }} catch {{}}")
    if clock:
        await context.clock.install(time=time.time())
    return App(world, context, page, profile)


async def new_app(world: World, browser: Browser, *, clock: bool = True, **more: Any) -> App:
    """A phone whose profile lives in memory."""
    context = await browser.new_context(**options(world) | more)
    return await _ready(world, context, await context.new_page(), None, clock)


async def lasting_app(playwright: Playwright, world: World, profile: Path, *, clock: bool = False) -> App:
    """A phone whose profile is on disk: its browser can be killed and started again."""
    context = await playwright.chromium.launch_persistent_context(
        str(profile), executable_path=CHROMIUM, args=FLAGS, **options(world)
    )
    page = context.pages[0] if context.pages else await context.new_page()
    return await _ready(world, context, page, profile, clock)


def copy_profile(profile: Path, to: Path) -> Path:
    shutil.copytree(profile, to, ignore=shutil.ignore_patterns("Singleton*", "*.lock"))
    return to
