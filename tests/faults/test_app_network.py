"""The app on bad networks: it says what is wrong, asks no more than it should, and everything arrives."""

import asyncio
import re
import time

import pytest
from playwright.async_api import Browser, expect

from tests.faults.app import UNDO_S, App, new_app
from tests.faults.conftest import Judge
from tests.faults.world import World, until

REASON = {
    "portal": "当前 Wi-Fi 要先登录网页",
    "silence": "网络太慢，没有等到回答",
    "down": "再试",
}


async def says_why(app: App, why: str) -> None:
    """I5: the page of unsent work tells how many, why, and when it goes on."""
    page = app.page
    await page.goto(app.world.address + "/outbox")
    card = page.get_by_role("article").first
    await expect(card).to_be_visible()

    async def told() -> bool:
        words = await card.inner_text()
        if "再试" in words and re.search(why, words):
            return True
        await app.skip(5)  # it is just being tried again
        return False

    await until(told, f"the page says {why} and when it is tried again", within=40)


@pytest.mark.row(2)
async def test_the_first_opening_without_network_takes_photos_and_needs_no_token(
    world: World, app: App, judge: Judge
) -> None:
    await app.installed()
    await app.page.close()
    await app.context.set_offline(True)
    world.proxy.lines.clear()
    await app.new_page()
    began = time.monotonic()
    await app.open()
    await expect(app.camera()).to_be_attached()
    assert time.monotonic() - began < 15, "even this busy machine opens it sooner"
    assert not (await app.disk()).meta.get("device", {}).get("token")
    await app.report(photos=2)
    assert not world.proxy.lines
    await app.context.set_offline(False)
    await app.delivered()
    await judge(app)


@pytest.mark.row(9)
async def test_a_service_worker_stopped_during_the_sending_stops_nothing(world: World, app: App, judge: Judge) -> None:
    await app.report(photos=2, kilobytes=30)
    fault = world.proxy.set("throttle", "photos/", bits=150_000)
    await app.skip(UNDO_S)
    await until(lambda: fault.met, "photos are on their way")
    await app.installed()
    session = await app.context.new_cdp_session(app.page)
    await session.send("ServiceWorker.enable")
    await session.send("ServiceWorker.stopAllWorkers")
    world.proxy.lift()
    await app.delivered()
    await app.page.reload()  # the worker comes back for the page
    await expect(app.camera()).to_be_attached()
    await judge(app)


@pytest.mark.row(21)
async def test_a_captive_portal_marks_nothing_as_sent_and_the_page_says_wi_fi(
    world: World, app: App, judge: Judge
) -> None:
    await app.report(photos=2)
    fault = world.proxy.set("html200", "PUT")
    await app.skip(UNDO_S)
    await until(lambda: fault.met, "it was tried")
    await says_why(app, REASON["portal"])
    assert [item["state"] for item in (await app.disk()).items] == ["queued"]
    world.proxy.lift()
    await app.delivered()
    await judge(app)


@pytest.mark.row(22)
@pytest.mark.parametrize("status", [502, 503, 429])
async def test_a_gateways_retry_after_is_honoured_and_nothing_is_parked(
    world: World, app: App, judge: Judge, status: int
) -> None:
    await app.report()
    fault = world.proxy.set("http", "PUT", status=status, retry_after=120)
    await app.skip(UNDO_S)
    await until(lambda: fault.met, "it was tried")
    await until(lambda: _last_error(app), "the answer is written down")
    for _ in range(10):
        await app.skip(10)
        assert (await app.disk()).items[0]["state"] == "queued"
    assert fault.met == 1, f"asked {fault.met} times within 100 s of a Retry-After of 120 s"
    await says_why(app, REASON["down"])
    world.proxy.lift()
    await app.skip(30)
    await app.delivered()
    await judge(app)


async def _last_error(app: App) -> bool:
    return any(item["last_error"] for item in (await app.disk()).items)


@pytest.mark.row(23)
async def test_in_a_black_hole_the_watchdog_gives_up_and_the_page_stays_alive(
    world: World, app: App, judge: Judge
) -> None:
    await app.report(photos=2)
    fault = world.proxy.set("blackhole", "photos/")
    await app.skip(UNDO_S)
    await until(lambda: fault.met == 1, "a photo hangs")
    await app.page.get_by_role("link", name="我的上报", exact=True).click(timeout=10_000)  # the page is not frozen
    await app.skip(31)
    await until(lambda: _last_error(app), "the watchdog gave up")
    await says_why(app, REASON["silence"])
    world.proxy.lift()
    await app.delivered()
    await judge(app)


@pytest.mark.row(24)
async def test_the_app_over_a_slow_line_that_resets_gets_everything_through(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser, clock=False)  # its own patience counts here
    await app.first_open()
    await app.report(kilobytes=5)
    world.proxy.set("lossy", "/api/v1/reports", bits=30_000, seconds=1.0, odds=0.1, seed=3)

    async def all_there() -> bool:
        return not (await app.disk()).unsent

    await until(all_there, "everything is delivered", within=150)
    await judge(app)
    await app.close()


@pytest.mark.row(47)
async def test_a_network_that_comes_and_goes_causes_no_storm_of_requests(world: World, app: App, judge: Judge) -> None:
    for _ in range(2):
        await app.report()
    await app.skip(UNDO_S)
    await app.delivered()
    await app.installed()
    await app.context.set_offline(True)
    for _ in range(2):
        await app.report()
    await app.skip(UNDO_S)
    fault = world.proxy.set("reset", "PUT")
    cycles = 45
    for _ in range(cycles):  # 3 minutes of the page's time, 2 s off and 2 s on
        await app.context.set_offline(False)
        await app.skip(2)
        await app.page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
        await app.context.set_offline(True)
        await app.skip(2)
    seconds = cycles * 4
    assert 0 < fault.met <= 2 * seconds / 2, f"{fault.met} attempts in {seconds} s for 2 items"
    world.proxy.lift()
    await app.context.set_offline(False)
    await app.delivered()
    await judge(app)


@pytest.mark.row(47)
async def test_a_network_that_lets_only_small_requests_pass_causes_no_storm_either(
    world: World, app: App, judge: Judge
) -> None:
    await app.report()
    fault = world.proxy.set("reset", "photos/")
    await app.skip(UNDO_S)
    await until(lambda: fault.met, "the photo was tried")
    for _ in range(60):
        await app.skip(1)
        await app.page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    assert fault.met <= 30, f"{fault.met} attempts in 60 s for one photo"
    await says_why(app, REASON["down"])
    world.proxy.lift()
    await app.delivered()
    await judge(app)


@pytest.mark.row(15)
@pytest.mark.row(16)
async def test_the_app_asks_for_the_receipt_after_a_lost_answer(world: World, app: App, judge: Judge) -> None:
    fault = world.proxy.set("drop_resp", "PUT", times=2)
    await app.report()
    world.proxy.lines.clear()
    await app.skip(UNDO_S)
    await app.delivered()
    assert fault.met == 2
    assert any(line.startswith("GET") and "/receipt" in line for line in world.proxy.lines)
    await judge(app)


@pytest.mark.row(20)
async def test_the_app_believes_no_half_answer(world: World, app: App, judge: Judge) -> None:
    fault = world.proxy.set("cut_resp", "PUT", n=60, honest=True, times=2)
    await app.report()
    await app.skip(UNDO_S)
    await until(lambda: fault.met, "it was tried")
    await app.delivered()
    await judge(app)


@pytest.mark.row(19)
async def test_the_app_sends_damaged_bytes_again_at_once(world: World, app: App, judge: Judge) -> None:
    fault = world.proxy.set("mutate", "photos/", n=1000, times=1)
    await app.report()
    await app.skip(UNDO_S)
    await app.delivered()
    assert fault.met == 1
    await judge(app)


@pytest.mark.row(29)
async def test_the_app_sends_again_what_a_restored_database_has_forgotten(world: World, app: App, judge: Judge) -> None:
    await app.report(photos=2)
    await app.skip(UNDO_S)
    await app.delivered()
    (promise,) = app.promises
    # As after a restore from a backup: nothing of the report is known any more.
    case = await world.ask("select case_id from case_report where report_id = $1", promise.id)
    await world.forget(promise.id, case)
    await app.skip(25 * 3600)  # the daily check of receipts
    await app.page.reload()
    await until(lambda: _sent_again(app, world, promise.id), "it was sent again")
    await app.delivered()
    await judge(app)


async def _sent_again(app: App, world: World, report: str) -> bool:
    await app.skip(2)
    await asyncio.sleep(0)
    return bool(await world.ask("select count(*) from report where id = $1", report))
