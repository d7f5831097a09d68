"""What every screen owes its reader: axe's rules by day and night, nothing cut sideways, targets for a thumb."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.e2e.actors import Actor

DESK_WORDS = ("立案", "核查", "单元网格", "派遣", "结案")
NARROW = 320
TARGET = 44
GRAVE = ("serious", "critical")

# Elements that stick out to the right of the page, and those that scroll sideways although nobody meant them to.
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const found = [];
  const is = document.scrollingElement.scrollWidth;
  if (is > wide) found.push(`the page is ${is} wide`);
  for (const box of document.querySelectorAll('.app-view, dialog[open], .page')) {
    if (box.scrollWidth <= box.clientWidth + 1) continue;
    const out = [...box.querySelectorAll('*')].filter(
      (part) => part.getBoundingClientRect().right > box.getBoundingClientRect().right + 1);
    found.push(`${box.className || box.tagName} is ${box.scrollWidth} wide because of ` +
      (out[0] ? out[0].outerHTML.slice(0, 120) : '?'));
  }
  return found;
}"""

# Visible things to press: a control inside a label counts with its label; a link inside a sentence may be as low as it.
SMALL = """(least) => {
  const found = [];
  const scope = document.querySelector('dialog[open]') ?? document;
  const kinds = 'button, a[href], summary, select, input, textarea, [role=button], [role=switch]';
  for (const part of scope.querySelectorAll(kinds)) {
    if (part.type === 'hidden' || part.closest('[hidden], .only-heard, .maplibregl-ctrl-attrib')) continue;
    if (!part.checkVisibility({ opacityProperty: false, visibilityProperty: true })) continue;
    const box = (part.closest('label') ?? part).getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    if (box.height < least - 0.5 || box.width < least - 0.5) {
      found.push(`${Math.round(box.width)} × ${Math.round(box.height)}: ${part.outerHTML.slice(0, 120)}`);
    }
  }
  return found;
}"""


STILL = """() => document.getAnimations().every(
  (one) => one.playState === 'finished' || one.effect.getComputedTiming().iterations === Infinity)"""


async def audit(actor: Actor, screen: str, *, citizen: bool = False) -> list[str]:
    """Everything wrong with the screen that `actor` sees, a line each; empty is as it should be."""
    page = actor.page
    wrong = [f"{screen}: target of {small}" for small in await page.evaluate(SMALL, TARGET)]
    if citizen:
        wrong += [f"{screen}: {word}" for word in await desk_words(page)]
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.wait_for_function(STILL)  # what changes does so by transitions, however short
        rules = None if scheme == "light" else ["color-contrast"]  # nothing but colours changes at night
        wrong += [f"{screen}, {scheme}: {line}" for line in await grave(page, rules)]
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    wrong += [f"{screen}: {line}" for line in await page.evaluate(SIDEWAYS)]
    size = page.viewport_size
    if size and size["width"] < 600:
        await page.set_viewport_size({"width": NARROW, "height": size["height"]})
        await page.wait_for_function(STILL)
        wrong += [f"{screen} at {NARROW} px: {line}" for line in await page.evaluate(SIDEWAYS)]
        await page.set_viewport_size(size)
        await page.evaluate("document.documentElement.dataset.text = 'large'")
        await page.wait_for_function(STILL)
        wrong += [f"{screen} in large text: {line}" for line in await page.evaluate(SIDEWAYS)]
        await page.evaluate("delete document.documentElement.dataset.text")
    return wrong


async def grave(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe (or only `rules` of it) calls serious or critical: rule, first element, and what it measured there."""
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    results: dict[str, Any] = (await Axe().run(page, options=options)).response
    lines = []
    for broken in results["violations"]:
        if broken["impact"] in GRAVE:
            node = broken["nodes"][0]
            why = (node.get("failureSummary") or "").splitlines()[-1:]
            lines.append(f"{broken['id']} ({len(broken['nodes'])}×) {node['html'][:120]} {' '.join(why).strip()}")
    return lines


async def desk_words(page: Page) -> list[str]:
    """The desk's own words in what a person without training sees or hears on this page."""
    seen = await page.locator("body").inner_text()
    heard = await page.evaluate(
        "[...document.querySelectorAll('[aria-label], [alt], [placeholder], [title]')].flatMap((part) =>"
        " ['aria-label', 'alt', 'placeholder', 'title'].map((name) => part.getAttribute(name) ?? '')).join(' ')"
    )
    return [word for word in DESK_WORDS if word in seen or word in heard]
