"""How soon a tap is answered on the capture page, and how soon the app stands without network, on a slow processor."""

import statistics
from typing import Any

from playwright.async_api import Browser, expect

from ops.measure.figures import Figures, Target
from ops.measure.place import APP_IS_KEPT, SLOW, chromium, devtools, phone
from tests.e2e import steps
from tests.e2e.actors import Actor
from tests.e2e.stack import Stack

REPORTS, STARTS = 3, 5
TARGETS = (
    Target("inp_ms", f"ms, the slowest answer to a tap in {REPORTS} reports, processor ÷ {SLOW}", "≤", 150),
    Target("inp_median_ms", "ms, the median of these answers"),
    Target("interactions", "taps and keys that were answered"),
    Target("offline_fcp_s", f"s, first paint without network, median of {STARTS} starts, processor ÷ {SLOW}", "≤", 1.0),
)

LISTEN = """() => {
  window.answered = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration, name, target } of list.getEntries()) {
      if (!interactionId || duration <= (window.answered.get(interactionId)?.ms ?? 0)) continue;
      const what = target?.closest?.('button, a, label, input')?.textContent?.trim().slice(0, 20) ?? '';
      window.answered.set(interactionId, { ms: duration, name, what });
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
}"""
"""Event Timing: from the tap until the next frame was shown, the longest of a tap's events. Under 16 ms is not told."""


async def measure(stack: Stack) -> Figures:
    async with chromium() as browser:
        answers = await _answers(browser, stack)
        starts = [await _start(browser, stack) for _ in range(STARTS)]
    for one in sorted(answers, key=lambda one: -one["ms"])[:5]:
        print(f"  {one['ms']:6.0f} ms  {one['name']:<12} {one['what']}")
    slowest = [float(one["ms"]) for one in answers]
    return {
        "inp_ms": max(slowest),
        "inp_median_ms": statistics.median(slowest),
        "interactions": len(answers),
        "offline_fcp_s": statistics.median(starts),
    }


async def _answers(browser: Browser, stack: Stack) -> list[dict[str, Any]]:
    """Reports by a citizen, each a picture from the album, a class, a kind, sent; then another one."""
    context = await phone(browser, stack.address)
    await context.add_init_script(f"({LISTEN})()")
    actor = Actor("citizen", context, await context.new_page())
    try:
        await devtools(actor.page, slow=SLOW)
        await steps.read_the_notice(actor)
        for _ in range(REPORTS):
            await steps.report(actor, steps.MANHOLE, "雨水井盖", "缺失", album=True)
        await expect(actor.page.get_by_role("status").filter(has_text="收到了")).to_be_visible()
        answers: list[dict[str, Any]] = await actor.page.evaluate("[...window.answered.values()]")
        return answers
    finally:
        await context.close()


async def _start(browser: Browser, stack: Stack) -> float:
    """Seconds to the first paint of a new tab after the phone has lost its network."""
    context = await phone(browser, stack.address)
    try:
        first = await context.new_page()
        await first.goto("/")
        await first.evaluate(APP_IS_KEPT)
        await first.close()
        await context.set_offline(True)
        page = await context.new_page()
        await devtools(page, slow=SLOW)
        await page.goto("/")
        await expect(page.get_by_role("heading").first).to_be_visible()
        painted = await page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
        return float(await painted.json_value()) / 1000
    finally:
        await context.close()
