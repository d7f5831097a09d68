"""A new version of the app while there is work on the phone."""

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from playwright.async_api import expect

from ops import former
from tests.faults.app import UNDO_S, App
from tests.faults.conftest import Judge
from tests.faults.world import World, until

LAZY = "src/features/report/parts/PlaceSheet.vue"
"""What is only loaded when somebody changes the place."""


def next_build(dist: Path, to: Path) -> tuple[Path, str]:
    """The next version beside this one, made as our builds are: one part has another name and an older one is kept."""
    store = to.with_name("store")
    former.put_by(dist, store, time.time())
    shutil.copytree(dist, to)
    lazy = to / json.loads((to / ".vite" / "manifest.json").read_text())[LAZY]["file"]
    newer = lazy.name.replace("PlaceSheet-", "PlaceSheet-next")
    for path in [*to.rglob("*.js"), to / "index.html"]:
        words = path.read_text()
        if lazy.name in words:
            path.write_text(words.replace(lazy.name, newer))
    lazy.rename(lazy.with_name(newer))
    index = to / "index.html"
    index.write_text(index.read_text().replace("</body>", "<!-- next --></body>"))
    worker = to / "sw.js"
    worker.write_text(re.sub(r'("revision":|revision:)"[0-9a-f]{32}"', r'\1"' + "0" * 32 + '"', worker.read_text()))
    former.bring_back(to, store, time.time())
    return to, lazy.name


@pytest.mark.row(10)
async def test_a_new_version_waits_until_nothing_is_open_or_on_its_way(
    world: World, app: App, judge: Judge, dist: Path, tmp_path: Path
) -> None:
    await app.installed()
    await app.context.set_offline(True)
    await app.report(photos=2)
    await app.take()
    await app.context.set_offline(False)
    world.proxy.set("http", "PUT", status=503, retry_after=600)
    build, old_part = next_build(dist, tmp_path / "next")
    await world.serve(XUNCHENG_PWA=str(build))
    page = app.page
    await page.evaluate("() => { window.__same_page = true; }")
    await page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
    waits = "async () => !!(await navigator.serviceWorker.ready).waiting"
    await until(lambda: page.evaluate(waits), "the new version waits")
    offer = page.get_by_role("status").filter(has_text="新版本")
    await app.skip(60)
    await expect(offer).to_have_count(0)
    served = await page.request.get(f"{world.address}/assets/{old_part}")
    assert served.status == 200, "a part of the former build is not served any more"
    await page.get_by_role("button", name=re.compile("^地点")).click()  # loads a part of its own version
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
    await app.choose()
    await app.send()
    assert await page.evaluate("window.__same_page"), "the page was reloaded with a draft open"
    world.proxy.lift()
    await app.skip(600 + UNDO_S)
    await app.delivered()
    await app.skip(60)
    await expect(offer).to_be_visible()
    async with page.expect_navigation():
        await offer.get_by_role("button").click()
    await expect(app.camera()).to_be_attached()
    assert not await page.evaluate("window.__same_page")
    assert "<!-- next -->" in await page.content()
    assert len((await app.disk()).items) == 2, "the new version does not know what this phone sent"
    await judge(app)
    await world.serve()
