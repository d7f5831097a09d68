"""500 photos waiting on the phone: what the list of them takes of memory, and how soon it is seen."""

import argparse
import statistics

from playwright.async_api import BrowserContext

from ops.measure import seed
from ops.measure.figures import Figures, Target, report
from ops.measure.place import APP_IS_KEPT, SLOW, chromium, devtools, measured, metrics, phone, served
from ops.say import step

PHOTO_BYTES = 350_000
EACH = 3
SCREEN = 6
"""Cards that fill the screen of 390 × 844, and one more."""
TIMES = 5
TARGETS = (
    Target("heap_mb", "MB of JavaScript heap with the list open, after collection", "≤", 150),
    Target("heap_while_sending_mb", "MB of heap at most while photos are being sent, uncollected"),
    Target("list_ms", "ms from the tap on the count to the painted list, median", "≤", 200),
    Target("list_slow_ms", f"ms, the same with the processor ÷ {SLOW}"),
    Target("open_ms", "ms from opening /outbox anew to the painted list, median"),
    Target("open_slow_ms", f"ms, the same with the processor ÷ {SLOW}"),
    Target("items", "reports in the list"),
    Target("photos", "photos waiting"),
)

PAINTED = """async (count) => {
  const there = () => document.querySelectorAll('.item-card').length >= count;
  while (!there()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const { port1, port2 } = new MessageChannel();
  await new Promise((shown) => { port1.onmessage = shown; port2.postMessage(0); });
  return performance.now();
}"""
"""In a page: the time after the frame in which the screen was full of cards."""

REMEMBER = """(link) => addEventListener('click', () => { window.tapped = performance.now(); },
  { capture: true, once: true })"""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.measure queue500", description=__doc__)
    parser.add_argument("--photos", type=int, default=500)
    wish = parser.parse_args(words)
    return measured(lambda: _measure(wish.photos))


async def _measure(photos: int) -> int:
    reports = -(-photos // EACH)
    whole = seed.picture(PHOTO_BYTES)
    module = seed.bundle()
    async with served() as stack, chromium() as browser:
        context = await phone(browser, stack.address)
        await seed.offer(context, module, whole)
        page = await context.new_page()
        await page.goto("/")
        await page.evaluate(APP_IS_KEPT)
        with step(f"{reports * EACH} photos on the phone") as now:
            await seed.fill(page, reports, EACH, None, now.at)
        await page.close()
        figures: Figures = {"items": reports, "photos": reports * EACH}
        with step("The list"):
            for name, slow in (("", 1), ("slow_", SLOW)):
                figures[f"open_{name}ms"] = statistics.median([await _open(context, slow) for _ in range(TIMES)])
                figures[f"list_{name}ms"] = statistics.median([await _tap(context, slow) for _ in range(TIMES)])
            figures["heap_mb"] = await _heap(context)
        with step("Sending"):
            figures["heap_while_sending_mb"] = await _heap_while_sending(context)
        await context.close()
    return report("queue500", figures, TARGETS, {"photo_bytes": PHOTO_BYTES, "times": TIMES})


async def _open(context: BrowserContext, slow: int) -> float:
    """Milliseconds from the navigation to the list: with the app's start in it."""
    page = await context.new_page()
    try:
        await devtools(page, slow=slow)
        await page.goto("/outbox")
        return float(await page.evaluate(PAINTED, SCREEN))
    finally:
        await page.close()


async def _tap(context: BrowserContext, slow: int) -> float:
    """Milliseconds from the tap on the count of unsent work, in the running app, to the list."""
    page = await context.new_page()
    try:
        await devtools(page, slow=slow)
        await page.goto("/")
        badge = page.locator("a[href='/outbox']").first
        await badge.wait_for()
        await badge.evaluate(REMEMBER)
        await badge.click()
        return float(await page.evaluate(PAINTED, SCREEN)) - float(await page.evaluate("window.tapped"))
    finally:
        await page.close()


async def _heap(context: BrowserContext) -> float:
    page = await context.new_page()
    try:
        session = await devtools(page)
        await page.goto("/outbox")
        await page.evaluate(PAINTED, SCREEN)
        await session.send("HeapProfiler.collectGarbage")
        return (await metrics(session))["JSHeapUsedSize"] / 1e6
    finally:
        await page.close()


async def _heap_while_sending(context: BrowserContext) -> float:
    """The most of a look four times a second while the first photos go; whatever the browser has not yet collected."""
    page = await context.new_page()
    session = await devtools(page)
    await page.goto("/outbox")
    await context.set_offline(False)
    most = 0.0
    for _ in range(40):
        await page.wait_for_timeout(250)
        most = max(most, (await metrics(session))["JSHeapUsedSize"] / 1e6)
    await page.close()
    return most
