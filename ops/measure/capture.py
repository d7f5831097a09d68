"""Taps and seconds from the app's opening to a report that is on the phone, for a citizen and for an inspector.

The whole server with the demo district, Chromium at 390 × 844 with its fake rear camera, the page's processor four
times slower (`Emulation.setCPUThrottlingRate`). Reports are made one after the other, their classes drawn with a fixed
seed from the demo district's own case mix (`mix.csv`, weights of a real city), so that some are recent ones, some come
among the suggestions and some have to be looked for.

The model of a person's seconds: **each tap costs 1.2 s** (see, decide, reach) **plus the time until the app shows what
the next tap needs**; opening costs the time until the shutter can be pressed. Nothing is typed. What the app takes is
measured inside the page, from the tap to the frame in which its outcome is seen, so that the tool's own delays do not
count:

- open → camera ready: a warm start (service worker in charge) until the viewfinder's first frame;
- shutter → "saved": until the thumbnail shows, which it only does after the photo was written and read back;
- a class is chosen until Send can be pressed; Send until "已存到本机" is read.

The picture question that some classes ask (哪一种？) may be left open and is not counted; `…_answered` is with it. An
inspector whose next report is of the same class presses 存好，下一件, which keeps it; others press 发送.

DevTools slow down the page but not its worker, which makes the JPEG: `…_worker_x4` adds three times the worker's share.
"""

import argparse
import csv
import io
import os
import random
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, BrowserContext, CDPSession, FilePayload, Page, async_playwright, expect

from ops.home import ROOT
from ops.measure.figures import Figures, Target, report
from ops.measure.place import APP_IS_KEPT, CHROMIUM, FLAGS, SLOW, devtools, measured, phone, served, sign_in
from ops.say import Stop, line
from tests.e2e.stack import Stack

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
TAP_S = 1.2
SEED = 20261124
MIX = ROOT / "demo" / "wangcheng" / "mix.csv"
SHARED = Path(os.environ.get("XUNCHENG_SHARED", ROOT.parent / "shared"))
PHOTOS = ("photos_geo", "photos_nogps", "photos_oddgps", "photos_orient", "photos_street", "photos_track")
MEGAPIXELS_48 = (8064, 6048)

TARGETS = (
    Target("citizen_taps", "taps, open → on the phone, median", "≤", 4),
    Target("citizen_taps_most", "taps, the most of any report", "≤", 4),
    Target("citizen_taps_answered", "taps, median with 哪一种？ answered"),
    Target("citizen_seconds", "s, open → on the phone, median", "≤", 20),
    Target("citizen_seconds_most", "s, the slowest of all", "≤", 20),
    Target("citizen_open_s", "s, warm open → camera ready, 75 % are faster", "≤", 1.5),
    Target("citizen_saved_s", "s, shutter → saved, 75 % are faster", "≤", 1.5),
    Target("citizen_saved_s_worker_x4", "s, the same with the worker ÷ 4 too", "≤", 1.5),
    Target("inspector_taps_recent", "taps, the most for a recent class", "≤", 3),
    Target("inspector_taps_first", "taps, the most for a first-time class", "≤", 5),
    Target("inspector_taps_answered", "taps, the most with 哪一种？ answered"),
    Target("inspector_seconds", "s, open → on the phone, median", "≤", 12),
    Target("inspector_seconds_most", "s, the slowest of all"),
    Target("inspector_open_s", "s, warm open → camera ready, 75 % are faster", "≤", 1.0),
    Target("inspector_saved_s", "s, shutter → saved, 75 % are faster", "≤", 1.0),
    Target("inspector_saved_s_worker_x4", "s, the same with the worker ÷ 4 too", "≤", 1.0),
    Target("reports_recent", "reports whose class was a recent one"),
    Target("reports_suggested", "reports whose class was among the first six"),
    Target("reports_looked_for", "reports whose class was found under 全部类别"),
    Target("photo_kb_p95", "kB, 95 % of the photos that the browser can read", "≤", 600),
    Target("photo_kb_most", "kB, the largest of them"),
    Target("photos", "photos from the album that it can read"),
    Target("photos_whole", "photos that it cannot (HEIC, damaged): kept as they were"),
    Target("photo_48mp_s", "s, a photo of 48 megapixels, picked → saved"),
    Target("photo_48mp_kb", "kB, what became of it", "≤", 600),
)

IN_PAGE = """
window.measure = {
  worker: 0,
  frame: () => new Promise((seen) => requestAnimationFrame(() => seen())),
  async until(what) {
    const deadline = performance.now() + 30_000;
    while (!what()) {
      if (performance.now() > deadline) throw new Error(`not seen within 30 s: ${what}`);
      await this.frame();
    }
  },
  photos: () => document.querySelectorAll('.photo-picker img').length,
  tiles: (name) => [...document.querySelectorAll('.class-picker .class-tile, dialog .class-tile')]
    .filter((tile) => tile.textContent.trim() === name),
  button: (words) => [...document.querySelectorAll('main button, .page-action button')]
    .find((one) => one.textContent.trim() === words && !one.disabled),
  shutter: () => document.querySelector('button.start-view-shutter[aria-disabled=false]'),
  /** Presses and gives the milliseconds until `done` was seen in a frame. */
  async tap(target, done) {
    const start = performance.now();
    target.click();
    await this.until(done);
    await this.frame();
    return performance.now() - start;
  },
};
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (...words) {
  const start = performance.now();
  this.addEventListener('message', () => { window.measure.worker = performance.now() - start; }, { once: true });
  return post.apply(this, words);
};
"""
OPEN = "async () => { await measure.until(() => measure.shutter()); return performance.now(); }"
SHOOT = """async () => {
  const before = measure.photos();
  const ms = await measure.tap(measure.shutter(), () => measure.photos() > before);
  return [ms, measure.worker];
}"""
CLASS = """async (name) => {
  const done = () => document.querySelector('.class-chosen') && measure.button('发送');
  if (document.querySelector('.class-chosen')) return ['kept', 0];
  if (measure.tiles(name)[0]) return ['tile', await measure.tap(measure.tiles(name)[0], done)];
  const look = await measure.tap(measure.button('全部类别'), () => measure.tiles(name)[0]);
  return ['all', look + await measure.tap(measure.tiles(name)[0], done)];
}"""
SEND = """async (words) => measure.tap(measure.button(words),
  () => measure.shutter() && document.querySelector('.sent-card')?.textContent.includes('已存到本机'))"""
RECENT = "() => JSON.parse(localStorage.getItem('xuncheng.recent_classes') ?? '[]')"
KEPT = """async () => {
  const open = indexedDB.open('capture');
  await new Promise((done) => { open.onsuccess = done; });
  const all = open.result.transaction('photos').objectStore('photos').getAll();
  await new Promise((done) => { all.onsuccess = done; });
  open.result.close();
  return all.result.map(({ size, width, height, mime }) => ({ size, width, height, mime }));
}"""


@dataclass
class Made:
    """One report: how its class was found, taps, and the app's share of the seconds."""

    code: str
    found: str
    recent: bool
    asks: bool
    taps: int
    app_s: float
    saved_s: float
    worker_s: float


@dataclass
class Role:
    name: str
    opens: list[float] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)

    def seconds(self) -> list[float]:
        """Open → on the phone, for each report: the model of the module's first lines."""
        opened = statistics.median(self.opens)
        return [opened + one.taps * TAP_S + one.app_s for one in self.made]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ops.measure capture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=16, help="reports of each role (16)")
    parser.add_argument("--slow", type=int, default=SLOW, help=f"times slower the page's processor is ({SLOW})")
    parser.add_argument("--photos", type=Path, default=SHARED / "data", help="folder with photo sets; none: left out")
    wish = parser.parse_args(words)
    return measured(lambda: _run(wish))


async def _run(wish: argparse.Namespace) -> int:
    async with served() as stack, _with_camera() as browser:
        roles = [await _role(browser, stack, name, wish) for name in ("citizen", "inspector")]
        figures = _figures(*roles) | await _photos(browser, stack, wish.photos)
    about = {"reports": wish.reports, "slow": wish.slow, "tap_s": TAP_S, "classes": [one.code for one in roles[0].made]}
    return report("capture", figures, TARGETS, about)


@asynccontextmanager
async def _with_camera() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *CAMERA])
        yield browser
        await browser.close()


async def _role(browser: Browser, stack: Stack, name: str, wish: argparse.Namespace) -> Role:
    role = Role(name)
    context = await phone(browser, stack.address)
    await context.grant_permissions(["geolocation", "camera"])
    await context.add_init_script(IN_PAGE)
    try:
        page = await context.new_page()
        if name == "inspector":
            await sign_in(page, "inspector1")
        catalogue = await (await page.request.get("/api/v1/catalogue")).json()
        classes = {row["code"]: row for row in catalogue["classes"]}
        wanted = _mix(list(classes), wish.reports)
        await _first_visit(page)
        slow = await devtools(page, slow=wish.slow)
        for number, code in enumerate(wanted):
            # A citizen opens the app for each report; an inspector comes back to it four times in the run.
            if name == "citizen" or number % max(1, wish.reports // 4) == 0:
                role.opens.append(await _open(page, slow, wish.slow))
            following = wanted[number + 1] if name == "inspector" and number + 1 < len(wanted) else None
            role.made.append(await _report(page, classes[code], code, following))
            line(f"  {name:<9} {role.made[-1].found:<4} {role.made[-1].taps} taps  {classes[code]['name']}")
    finally:
        await context.close()
    return role


def _mix(known: Sequence[str], count: int) -> list[str]:
    """Class codes by the weights of the demo's case mix, the same ones in each run."""
    with MIX.open(encoding="utf-8", newline="") as lines:
        weights = {row["code"]: float(row["weight"]) for row in csv.DictReader(lines) if row["code"] in known}
    if not weights:
        raise Stop(f"No class of {MIX} is in the catalogue.")
    return random.Random(SEED).choices(list(weights), list(weights.values()), k=count)


async def _first_visit(page: Page) -> None:
    """The notice, the viewfinder for the first time, and the app kept on the phone."""
    await page.goto("/")
    await page.get_by_role("main").get_by_role("button", name="拍照").click()
    await page.get_by_role("button", name="我知道了，开始").click()
    await page.get_by_role("main").get_by_label("拍照", exact=True).click()
    await page.evaluate(OPEN)
    await page.evaluate(APP_IS_KEPT)


async def _open(page: Page, session: CDPSession, slow: int) -> float:
    await page.goto("about:blank")
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    await page.goto("/", wait_until="commit")
    return float(await page.evaluate(OPEN)) / 1000


async def _report(page: Page, row: dict[str, Any], code: str, following: str | None) -> Made:
    recent = code in await page.evaluate(RECENT)
    saved, worker = await page.evaluate(SHOOT)
    found, choosing = await page.evaluate(CLASS, row["name"])
    send = "存好，下一件" if following == code else "发送"
    sending = await page.evaluate(SEND, send)
    await expect(page.locator(".sent-card")).to_be_visible()
    taps = {"kept": 0, "tile": 1, "all": 2}[found] + 2
    seconds = (saved + choosing + sending) / 1000
    return Made(code, found, recent, bool(row["question"]), taps, seconds, saved / 1000, worker / 1000)


def _figures(citizen: Role, inspector: Role) -> Figures:
    figures: Figures = {}
    for role in (citizen, inspector):
        slower = [one.saved_s + (SLOW - 1) * one.worker_s for one in role.made]
        figures |= {
            f"{role.name}_seconds": statistics.median(role.seconds()),
            f"{role.name}_seconds_most": max(role.seconds()),
            f"{role.name}_open_s": _p(role.opens, 75),
            f"{role.name}_saved_s": _p([one.saved_s for one in role.made], 75),
            f"{role.name}_saved_s_worker_x4": _p(slower, 75),
        }
    answered = [one.taps + one.asks for one in citizen.made]
    known = [one.taps for one in inspector.made if one.recent]
    fresh = [one.taps for one in inspector.made if not one.recent]
    every = [*citizen.made, *inspector.made]
    figures |= {
        "citizen_taps": statistics.median(one.taps for one in citizen.made),
        "citizen_taps_most": max(one.taps for one in citizen.made),
        "citizen_taps_answered": statistics.median(answered),
        "inspector_taps_answered": max(one.taps + one.asks for one in inspector.made),
        "reports_recent": sum(one.recent for one in every),
        "reports_suggested": sum(not one.recent and one.found == "tile" for one in every),
        "reports_looked_for": sum(one.found == "all" for one in every),
    }
    figures |= {"inspector_taps_recent": max(known)} if known else {}
    figures |= {"inspector_taps_first": max(fresh)} if fresh else {}
    return figures


async def _photos(browser: Browser, stack: Stack, folder: Path) -> Figures:
    """Real photos and one of 48 megapixels through the album's input; what the phone then has on its disk."""
    context = await phone(browser, stack.address)
    await context.add_init_script(IN_PAGE)
    try:
        page = await context.new_page()
        await page.goto("/")
        await page.get_by_role("main").get_by_role("button", name="拍照").click()
        await page.get_by_role("button", name="我知道了，开始").click()
        files = [path for name in PHOTOS for path in sorted((folder / name).glob("*")) if path.is_file()]
        if not files:
            line(f"  No photos under {folder}: their sizes are left out.")
        kept = [row for at in range(0, len(files), 9) for row in await _keep(page, files[at : at + 9])]
        large, seconds = await _large(page, context)
    finally:
        await context.close()
    figures: Figures = {"photo_48mp_s": seconds, "photo_48mp_kb": large["size"] / 1000}
    if not kept:
        return figures
    sizes = [row["size"] / 1000 for row in kept if row["width"]]
    whole = [round(row["size"] / 1000) for row in kept if not row["width"]]
    line(f"  {len(files)} photos given in, {len(kept)} kept; as they were, since Chromium cannot read them: {whole} kB")
    return figures | {
        "photo_kb_p95": _p(sizes, 95),
        "photo_kb_most": max(sizes),
        "photos": len(sizes),
        "photos_whole": len(whole),
    }


async def _keep(page: Page, files: Sequence[Path]) -> list[dict[str, Any]]:
    album = page.get_by_role("main").get_by_label("从相册选", exact=True)
    await album.set_input_files(list(files))
    await expect(page.locator(".photo-picker, .start-view-note[role=alert]").first).to_be_visible()
    await expect(page.get_by_text("正在存到本机")).to_have_count(0, timeout=120_000)
    rows: list[dict[str, Any]] = await page.evaluate(KEPT)
    if await page.get_by_role("button", name="不要了").count():
        await page.get_by_role("button", name="不要了").click()
    await expect(page.locator(".start-view")).to_be_visible()
    return rows


async def _large(page: Page, context: BrowserContext) -> tuple[dict[str, Any], float]:
    """A made photo of 48 megapixels with the noise of a sensor, so that it does not shrink to nothing."""
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    width, height = MEGAPIXELS_48
    noise = Image.effect_noise((width // 4, height // 4), 60).resize((width, height), Image.Resampling.BICUBIC)
    made = io.BytesIO()
    Image.merge("RGB", (noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_TOP_BOTTOM))).save(
        made, "JPEG", quality=90
    )
    picked = FilePayload(name="48mp.jpg", mimeType="image/jpeg", buffer=made.getvalue())
    await page.get_by_role("main").get_by_label("从相册选", exact=True).set_input_files(picked)
    start = await page.evaluate("performance.now()")
    end = await page.evaluate(
        "async () => { await measure.until(() => measure.photos() === 1); return performance.now(); }"
    )
    [row] = await page.evaluate(KEPT)
    return row, (end - start) / 1000


def _p(values: Sequence[float], percent: int) -> float:
    """Nearest rank: a value that really occurred."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
