"""Tabs, browsers and renderers that go away at the worst moment, and two of them at once."""

import asyncio
import random
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, expect

from tests.faults.app import UNDO_S, App, copy_profile, lasting_app, new_app
from tests.faults.conftest import SEEDS, Judge, parts
from tests.faults.world import World, until


@pytest.mark.row(1)
async def test_five_reports_without_network_arrive_when_there_is_network(world: World, app: App, judge: Judge) -> None:
    await app.installed()
    await app.context.set_offline(True)
    for _ in range(5):
        await app.report(photos=3)
    await expect(app.page.locator(".unsent-badge")).to_contain_text("5")
    await app.skip(UNDO_S)
    assert len((await app.disk()).unsent) == 5
    await app.context.set_offline(False)
    await app.delivered()
    await expect(app.page.locator(".unsent-badge")).to_have_count(0)
    assert [len(promise.photos) for promise in app.promises] == [3] * 5
    await judge(app)


@pytest.mark.row(3)
async def test_a_tab_closed_before_the_photo_is_on_disk_leaves_no_half_photo(
    world: World, app: App, judge: Judge
) -> None:
    whole = 0
    for _ in range(6):
        await app.camera().set_input_files([app.file(40)])
        await app.page.close()
        await app.new_page()
        await app.open()
        disk = await app.disk()
        for draft in disk.drafts:
            announced = [row for row in disk.photos if row["item_id"] == draft["id"]]
            assert len(announced) == len(disk.photos_of(draft["id"])), "a photo row without its bytes"
            whole += len(announced)
        assert not disk.items
    await expect(app.camera()).to_be_attached()
    await app.report()
    await app.delivered()
    await judge(app)


@pytest.mark.row(4)
async def test_a_tab_closed_before_send_gives_the_draft_back_with_its_photos(
    world: World, app: App, judge: Judge
) -> None:
    await app.take(photos=2)
    before = await app.disk()
    (draft,) = before.drafts
    assert len(before.photos_of(draft["id"])) == 2
    await app.page.close()
    await app.new_page()
    await app.open()
    await app.page.get_by_role("button", name="接着来").first.click()
    await expect(app.page.get_by_alt_text("照片 2，共 2 张")).to_be_visible()
    await app.choose()
    disk = await app.send()
    assert disk.items[0]["id"] == draft["id"]
    await app.delivered()
    await judge(app)


@pytest.mark.row(5)
async def test_a_tab_closed_within_50_ms_of_send_keeps_a_draft_or_a_report_never_neither(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser)
    chance = random.Random(5)
    kept: set[str] = set()
    await app.open()
    for _ in range((SEEDS and 50) or 4):
        await expect(app.camera()).to_be_attached()
        await app.take()
        await app.choose()
        disk = await app.disk()
        (draft,) = [row for row in disk.drafts if row["id"] not in kept]
        close = (
            "(ms) => { const send = [...document.querySelectorAll('button')]"
            ".find((button) => button.textContent.trim() === '发送'); send.click();"
            " const end = performance.now() + ms; while (performance.now() < end); }"
        )
        await app.page.evaluate(close, chance.uniform(0, 50))
        await app.page.close()
        await app.new_page()
        await app.open()
        disk = await app.disk()
        as_draft = [row for row in disk.drafts if row["id"] == draft["id"]]
        as_item = [row for row in disk.items if row["id"] == draft["id"]]
        assert len(as_draft) + len(as_item) == 1, "neither a draft nor a report, or both"
        assert len(disk.photos_of(draft["id"])) == 1
        kept.add(draft["id"])
    # The drafts are still drafts: their maker sends them now.
    for _ in (await app.disk()).drafts:
        await app.open()
        again = app.page.get_by_role("button", name="接着来").first
        more = app.page.get_by_role("button", name=re.compile("份草稿"))
        await expect(again.or_(more).first).to_be_visible()
        if not await again.count():
            await more.first.click()
        await again.click()
        send = app.page.get_by_role("button", name="发送", exact=True)
        await expect(send.or_(app.page.get_by_role("heading", name="这是什么？")).first).to_be_visible()
        if not await send.count():
            await app.choose()
        await app.send()
    await app.delivered()
    assert {promise.id for promise in app.promises} == kept
    await judge(app)
    await app.close()


@pytest.mark.row(6)
async def test_a_tab_closed_in_the_middle_of_an_upload_stores_nothing_and_sends_again(
    world: World, app: App, judge: Judge
) -> None:
    left_by_kills = set(world.spool.iterdir())  # the sweeper's work
    fault = world.proxy.set("throttle", "photos/", bits=80_000)
    await app.report(kilobytes=40)
    await app.skip(UNDO_S)
    await until(lambda: fault.met == 1 and world.proxy.up, "the photo is on its way")
    before = world.proxy.up
    await until(lambda: world.proxy.up > before + 4000, "some of it has gone")
    await app.page.close()
    (promise,) = app.promises
    assert await world.ask("select slot from photo where intake_id = $1", promise.id) == "expected"
    world.proxy.lift()
    await app.new_page()
    await app.open()
    await app.delivered()
    await until(lambda: set(world.spool.iterdir()) <= left_by_kills, "nothing of it is in the spool")
    await judge(app)


@pytest.mark.row(7)
@pytest.mark.parametrize(("part", "seeds"), enumerate(parts(SEEDS or 3)))
async def test_a_browser_killed_at_any_moment_keeps_what_it_called_saved(
    world: World, playwright: Playwright, judge: Judge, tmp_path: Path, part: int, seeds: int
) -> None:
    chance = random.Random(7 + part)
    profile = tmp_path / "profile"
    saved: dict[str, object] = {}
    for seed in range(seeds):
        app = await lasting_app(playwright, world, profile)
        try:
            await app.open()
            disk = await app.disk()
            for promise in saved.values():
                assert promise.id in {item["id"] for item in disk.items}, f"seed {seed}: it said saved"  # type: ignore[attr-defined]
            await expect(app.camera()).to_be_attached()

            async def use(app: App = app) -> None:
                while True:
                    await app.report(photos=chance.randint(1, 2))
                    for promise in app.promises:
                        saved[promise.id] = promise

            using = asyncio.create_task(use())
            await asyncio.wait([using], timeout=chance.uniform(0.3, 4))  # the fault itself: a random moment
            await app.kill()
            using.cancel()
            await asyncio.gather(using, return_exceptions=True)
        finally:
            await asyncio.gather(app.context.close(), return_exceptions=True)
    app = await lasting_app(playwright, world, profile, clock=True)
    await app.open()
    await app.delivered(within=180)
    assert set(saved) <= {promise.id for promise in app.promises}
    await judge(app)
    await app.close()


@pytest.mark.row(8)
async def test_a_renderer_that_crashes_while_the_camera_is_open_costs_no_word(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser)
    await app.open()
    await app.take()
    await app.choose()
    await app.page.get_by_label("补充一句").fill("井盖松动，晚上看不清")
    await until(lambda: _described(app), "the words are on disk")
    crashed = asyncio.get_running_loop().create_future()
    app.page.on("crash", lambda _: crashed.set_result(True))
    session = await app.context.new_cdp_session(app.page)
    crash = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.wait_for(crashed, 30)
    crash.cancel()
    await app.page.close()
    await app.new_page()
    await app.open()
    await app.page.get_by_role("button", name="接着来").first.click()
    await expect(app.page.get_by_label("补充一句")).to_have_value("井盖松动，晚上看不清")
    await expect(app.page.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
    await app.send()
    await app.delivered()
    await judge(app)
    await app.close()


async def _described(app: App) -> bool:
    return any((draft["report"] or {}).get("description") for draft in (await app.disk()).drafts)


@pytest.mark.row(12)
async def test_two_tabs_sending_at_once_send_each_thing_once(world: World, app: App, judge: Judge) -> None:
    second = await app.context.new_page()
    await second.goto(world.address + "/")
    await app.installed()
    await app.context.set_offline(True)
    for _ in range(3):
        await app.report(photos=2)
    await app.skip(UNDO_S)
    world.proxy.lines.clear()
    await app.context.set_offline(False)
    await asyncio.gather(app.page.reload(), second.reload())
    await app.delivered()
    puts = [line for line in world.proxy.lines if line.startswith("PUT")]
    assert len(puts) == len(set(puts)) == 9, puts
    await judge(app)


@pytest.mark.row(13)
async def test_two_tabs_without_web_locks_make_no_second_row(world: World, browser: Browser, judge: Judge) -> None:
    app = await new_app(world, browser)
    await app.context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined})")
    await app.first_open()
    assert await app.page.evaluate("navigator.locks === undefined")
    second = await app.context.new_page()
    await second.goto(world.address + "/")
    await app.installed()
    await app.context.set_offline(True)
    for _ in range(3):
        await app.report(photos=2)
    await app.skip(UNDO_S)
    await app.context.set_offline(False)
    await asyncio.gather(app.page.reload(), second.reload())
    await app.delivered()
    await judge(app)
    await app.close()


@pytest.mark.row(14)
async def test_the_same_outbox_on_two_phones_is_delivered_once(
    world: World, playwright: Playwright, judge: Judge, tmp_path: Path
) -> None:
    first = await lasting_app(playwright, world, tmp_path / "one")
    await first.first_open()
    await first.report()
    await until(lambda: _token(first), "the phone is registered")
    await first.installed()
    await first.context.set_offline(True)
    await first.report(photos=2)
    await first.report()
    await first.close()
    twin = copy_profile(tmp_path / "one", tmp_path / "two")
    apps = [await lasting_app(playwright, world, path, clock=True) for path in (tmp_path / "one", twin)]
    await asyncio.gather(*(app.open() for app in apps))
    await asyncio.gather(*(app.delivered() for app in apps))
    ids = [sorted(promise.id for promise in app.promises) for app in apps]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 3
    await judge(apps[0])
    for app in apps:
        await app.close()


async def _token(app: App) -> bool:
    return bool((await app.disk()).meta.get("device", {}).get("token"))
