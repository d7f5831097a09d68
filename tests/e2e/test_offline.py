"""Without network, without an account, without TLS: what was photographed is kept, and arrives once."""

import asyncio
import re

from playwright.async_api import expect

from tests.e2e.conftest import Cast
from tests.e2e.stack import Stack
from tests.e2e.steps import (
    MANHOLE,
    RUBBISH,
    SAVED,
    choose_class,
    pictures_load,
    read_the_notice,
    report,
    see_it_received,
    send_report,
    take_photo,
)

UNREACHABLE = re.compile(r"net::ERR_FAILED \(.*/api/v1/reports/")
"""The test itself stops these requests, and the browser writes of each."""
NO_TLS = re.compile(r"Cross-Origin-Opener-Policy header has been ignored")
"""The server sends it always: behind a proxy it cannot know whether the browser sees TLS."""

UNTIL_ALL_IS_KEPT = """async () => {
  const answer = await fetch('/api/v1/catalogue');
  const { classes } = await answer.json();
  const kept = await caches.open('icons-1');
  const has = (row) => kept.match(`/icons/${row.icon}.svg`);
  while (!navigator.serviceWorker.controller || !(await Promise.all(classes.map(has))).every(Boolean)) {
    await new Promise((again) => setTimeout(again, 250));
  }
}"""
"""The app and the drawings of the classes are on this phone, as they are a minute after the first visit."""


async def test_a_report_made_without_network_survives_a_reload_and_arrives_once(cast: Cast, stack: Stack) -> None:
    citizen = await cast("citizen")
    page = citizen.page
    await read_the_notice(citizen)
    async with asyncio.timeout(60):
        await page.evaluate(UNTIL_ALL_IS_KEPT)
    before = await stack.ask("select count(*) from report")

    await citizen.offline()
    await take_photo(page, MANHOLE, album=True)
    await expect(page.get_by_role("heading", name="这是什么？")).to_be_visible()
    tiles = page.locator(".class-tile img")
    await pictures_load(tiles, await tiles.count())
    await choose_class(page, "雨水井盖", "缺失")
    await send_report(page)
    await page.reload()
    await page.get_by_role("link", name="1 件还没发出，打开本机待发").click()
    card = page.get_by_role("article")
    await expect(card).to_contain_text("雨水井盖")
    await expect(page.get_by_text("现在没有网络。有网会自动发送，不用守着。")).to_be_visible()
    assert await stack.ask("select count(*) from report") == before

    await citizen.offline(False)  # and nothing is touched
    await expect(page.get_by_text("没有待发的。")).to_be_visible()
    assert await stack.ask("select count(*) from report") == before + 1
    newest = "select state from report order by received_at desc limit 1"
    assert await stack.ask(newest) == "complete"  # with its photo


async def test_signing_out_with_unsent_items_warns_and_keeps_them_for_their_owner(cast: Cast, stack: Stack) -> None:
    inspector = await cast("inspector")
    page = inspector.page
    inspector.allowed.append(UNREACHABLE)
    await inspector.sign_in("inspector3")
    await read_the_notice(inspector)
    await inspector.context.route("**/api/v1/reports/**", lambda route: route.abort())
    await report(inspector, RUBBISH, "暴露垃圾")
    before = await stack.ask("select count(*) from report")

    await page.goto("/account")
    await page.get_by_role("button", name="退出登录").click()
    warning = page.get_by_role("dialog", name="您还有 1 件没发出")
    await expect(warning).to_contain_text("不会丢")
    await warning.get_by_role("button", name="先退出").click()
    await expect(page.get_by_role("link", name="登录")).to_be_visible()
    await inspector.context.unroute("**/api/v1/reports/**")

    await inspector.sign_in("inspector4")  # a colleague on the same phone
    await page.goto("/outbox")
    await expect(page.get_by_text("另一个账号还有 1 件待发。登录那个账号后发送。")).to_be_visible()
    assert await stack.ask("select count(*) from report") == before

    await page.goto("/account")
    await page.get_by_role("button", name="退出登录").click()
    await expect(page.get_by_role("link", name="登录")).to_be_visible()
    await inspector.sign_in("inspector3")
    await expect(page.locator(".unsent-badge")).to_have_count(0)
    who = "select p.username from report r join person p on p.id = r.captured_by order by r.received_at desc limit 1"
    assert await stack.ask(who) == "inspector3"


async def test_over_plain_http_a_report_still_goes_and_the_page_says_what_is_missing(cast: Cast, stack: Stack) -> None:
    citizen = await cast("citizen", address=f"http://xuncheng.lan:{stack.port}")  # as a phone sees it without LAN=1
    citizen.allowed.append(NO_TLS)
    page = citizen.page
    await read_the_notice(citizen)
    assert await page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
    await citizen.shown(["现在是不加密的地址：不能定位，不能离线打开。照片从相机或相册选，仍然能发送。"])
    await report(citizen, MANHOLE, "雨水井盖", album=True)
    await expect(page.get_by_text(SAVED)).to_be_visible()
    await see_it_received(citizen)


UNTIL_WORK_IS_KEPT = """async () => {
  const again = () => new Promise((next) => setTimeout(next, 250));
  const kept = (name) => new Promise((give, fail) => {
    const opening = indexedDB.open('xuncheng-cache');
    opening.onerror = fail;
    opening.onsuccess = () => {
      const row = opening.result.transaction('kept').objectStore('kept').get(name);
      row.onsuccess = () => { opening.result.close(); give(row.result?.value ?? null); };
    };
  });
  const path = (address) => new URL(address, location.href).pathname;
  while (!(await kept('private:area')) || !(await kept('places'))) await again();
  for (const { id } of (await kept('private:queue')).items.slice(0, 30)) {
    while (!(await kept(`private:case:${id}`))) await again();
    for (const photo of (await kept(`private:case:${id}`)).photos.filter(({ kind }) => kind === 'before')) {
      while (!(await caches.match(path(photo.large)))) await again();
    }
  }
}"""
"""The squad's area, the pages of its most urgent cases and their pictures are on this phone."""


async def test_a_squad_reads_its_work_and_asks_who_gets_it_without_network(cast: Cast, stack: Stack) -> None:
    squad = await cast("squad")
    page = squad.page
    await stack.pictures_are_made()
    await squad.sign_in("gaotangling1")
    await page.goto("/tasks")
    rows = page.locator(".task-list a")
    await expect(rows.first).to_be_visible()
    async with asyncio.timeout(60):
        await page.evaluate(UNTIL_WORK_IS_KEPT)

    await squad.offline()
    await page.reload()
    await expect(page.get_by_text("现在没有网络").or_(page.get_by_text("没有网络")).first).to_be_visible()
    await page.get_by_role("button", name="地图", exact=True).click()
    cells = await page.locator(".area-map-cells").get_attribute("d")
    assert cells is not None
    assert cells.count("Z") > 1_000  # cells of 高塘岭街道
    await expect(page.locator(".area-map-view .area-map-mark").first).to_be_visible()
    await page.get_by_role("button", name="列表", exact=True).click()
    await rows.first.click()
    await expect(page.get_by_role("heading", name="经过")).to_be_visible()  # its page, not only its row
    await pictures_load(page.locator(".photo-strip img").first, 1)

    await page.goto("/who")
    await page.get_by_role("button", name="地名").click()
    await page.get_by_label("街道或社区的名字").fill("西塘街")
    await page.get_by_role("button", name="西塘街社区").click()
    answer = page.locator(".route-card")
    await expect(answer).to_contain_text("高塘岭中队")
    await expect(answer).to_contain_text("按本机保存的网格和规则判断")
