"""The viewfinder in the page, with Chromium's own fake camera: several photos in a row, drafts, and the small kinds."""

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.actors import Actor, make_actor
from tests.e2e.audit import audit
from tests.e2e.stack import Stack
from tests.e2e.steps import SAVED, choose_class, read_the_notice, see_it_received, send_report


def shutter(page: Page) -> Locator:
    return page.locator("button.start-view-shutter[aria-disabled=false]")


async def with_viewfinder(camera: Browser, stack: Stack, name: str, username: str | None = None) -> Actor:
    """Somebody who agreed to the notice and tapped 拍照 once: the viewfinder runs."""
    actor = await make_actor(camera, name, stack.address)
    if username:
        await actor.sign_in(username)
    await read_the_notice(actor)
    await actor.page.get_by_role("main").get_by_label("拍照", exact=True).click()
    await expect(shutter(actor.page)).to_be_visible()
    return actor


def clean(actor: Actor, wrong: list[str]) -> None:
    assert not actor.noise + wrong, "\n".join(actor.noise + wrong)


async def test_two_photos_in_a_row_and_an_unfinished_report_is_offered_after_a_reload(
    camera: Browser, stack: Stack
) -> None:
    citizen = await with_viewfinder(camera, stack, "citizen")
    page = citizen.page
    wrong = await audit(citizen, "viewfinder", citizen=True)
    await shutter(page).click()
    await expect(page.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
    again = page.locator("button[aria-label='再拍一张'][aria-disabled=false]")
    await again.click()
    await expect(page.get_by_alt_text("照片 2，共 2 张")).to_be_visible()
    wrong += await audit(citizen, "viewfinder beside the classes", citizen=True)

    await page.reload()  # as after a crash: the viewfinder is back by itself, and the draft above it
    await expect(page.get_by_text("上次没写完，接着来？")).to_be_visible()
    await expect(shutter(page)).to_be_visible()
    wrong += await audit(citizen, "a draft is offered", citizen=True)
    await page.get_by_role("button", name="接着来").click()
    await expect(page.get_by_alt_text("照片 2，共 2 张")).to_be_visible()
    await choose_class(page, "雨水井盖", "缺失")
    await send_report(page)
    await see_it_received(citizen)
    photos = "select count(*) from photo where intake_id = (select id from report order by received_at desc limit 1)"
    assert await stack.ask(photos) == 2
    clean(citizen, wrong)


async def test_the_camera_is_off_on_other_pages(camera: Browser, stack: Stack) -> None:
    citizen = await with_viewfinder(camera, stack, "citizen")
    page = citizen.page
    await page.evaluate("window.track = document.querySelector('video').srcObject.getVideoTracks()[0]")
    assert await page.evaluate("window.track.readyState") == "live"
    await page.get_by_role("link", name="我的上报", exact=True).click()
    await expect(page.get_by_text("还没有上报过。")).to_be_visible()
    assert await page.evaluate("window.track.readyState") == "ended"
    clean(citizen, [])


async def test_an_inspector_records_that_all_is_well_and_what_was_dealt_with_on_the_spot(
    camera: Browser, stack: Stack
) -> None:
    inspector = await with_viewfinder(camera, stack, "inspector", "inspector2")
    page = inspector.page
    await shutter(page).click()
    await expect(page.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
    wrong = await audit(inspector, "after the shutter, inspector")
    await page.get_by_role("button", name="此处正常").click()  # the one tap
    await expect(page.get_by_text(SAVED)).to_be_visible()
    await see_it_received(inspector)

    await shutter(page).click()
    await expect(page.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
    await page.get_by_role("button", name="自处置").click()
    await expect(page.get_by_role("button", name="再拍一张处置后")).to_be_disabled()
    await page.locator(".viewfinder-shutter[aria-disabled=false]").click()
    await expect(page.get_by_alt_text("照片 2，共 2 张")).to_be_visible()
    await choose_class(page, "暴露垃圾")
    wrong += await audit(inspector, "dealt with on the spot")
    await send_report(page)
    await see_it_received(inspector)

    await page.get_by_role("link", name="我的上报", exact=True).click()
    await expect(page.get_by_text("此处正常记录").first).to_be_visible()
    await expect(page.get_by_text("已自行处置").first).to_be_visible()
    clean(inspector, wrong)
