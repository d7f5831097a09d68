"""The citizen's loop and the outbox in Firefox ESR and WebKitGTK, by the same buttons as in Chromium."""

import hashlib

from ops.measure.link import Link
from tests.e2e.stack import Stack
from tests.e2e.steps import DUST, MANHOLE, SAVED
from tests.engines.browser import Browser, named

NEWEST = "select id::text from report order by received_at desc limit 1"
APP_IS_KEPT = """return navigator.serviceWorker !== undefined && navigator.serviceWorker.controller !== null"""
SENT_ALL = "return document.querySelector('.unsent-badge') === null"
UNSENT = "return document.querySelector('.unsent-badge') !== null"


async def read_the_notice(browser: Browser) -> None:
    await browser.go("/")
    await browser.press("拍照")
    await browser.press("我知道了，开始")


async def report(browser: Browser, name: str) -> None:
    """A picture from the album, what it is, sent."""
    await browser.pick("从相册选", DUST if name == "工地扬尘" else MANHOLE)
    await browser.see("这是什么？")
    await browser.until("return document.querySelector(\"img[alt='照片 1，共 1 张']\") !== null")
    if not await browser.find(named(name)):
        await browser.press("全部类别")
    await browser.press(name)
    await browser.press("发送")
    await browser.see(SAVED)


async def whole_at_the_server(stack: Stack, report_id: str) -> bool:
    """The report is complete, and its only photo's bytes in the store are those that the phone hashed."""
    state = await stack.ask("select state from report where id = $1::text::uuid", report_id)
    photos = await stack.ask("select count(*) from photo where intake_id = $1::text::uuid", report_id)
    sha, key = [
        await stack.ask(f"select {column} from photo where intake_id = $1::text::uuid", report_id)
        for column in ("sha256", "store_key")
    ]
    real = hashlib.sha256((stack.home / "photos" / key).read_bytes()).hexdigest()
    return state == "complete" and photos == 1 and real == sha


async def test_a_citizens_report_from_the_album_is_received_and_can_be_followed(browser: Browser, stack: Stack) -> None:
    before = await stack.ask("select count(*) from report")
    await read_the_notice(browser)
    await report(browser, "雨水井盖")
    await browser.see("收到了")
    assert await stack.ask("select count(*) from report") == before + 1
    assert await whole_at_the_server(stack, await stack.ask(NEWEST))

    await browser.go("/mine")
    await browser.click("//a[starts-with(@href, '/t/')]")
    await browser.see("上报进度", "雨水井盖")
    # Its picture comes, not only its place; the worker makes it a moment after the receipt.
    ref = (await browser.path()).rpartition("/")[2]
    await stack.pictures_are_made()
    await browser.reload()
    await browser.until("return document.querySelector('main img[src^=\"/m/\"]')?.naturalWidth > 0")
    assert await browser.path() == f"/t/{ref}"


async def test_a_report_made_without_the_server_survives_a_reload_and_arrives_once(
    browser: Browser, stack: Stack, link: Link
) -> None:
    await read_the_notice(browser)
    await browser.until(APP_IS_KEPT)
    before = await stack.ask("select count(*) from report")

    link.die()
    await report(browser, "雨水井盖")
    await browser.until(UNSENT)
    await browser.reload()  # from what the phone keeps: there is no server
    await browser.until(UNSENT)
    await browser.go("/outbox")
    await browser.see("雨水井盖")
    assert await stack.ask("select count(*) from report") == before

    link.revive()
    await browser.press("现在发送")
    await browser.see("没有待发的。")
    await browser.reload()
    await browser.until(SENT_ALL)
    assert await stack.ask("select count(*) from report") == before + 1
    assert await whole_at_the_server(stack, await stack.ask(NEWEST))
