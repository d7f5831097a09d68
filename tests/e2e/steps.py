"""What people do, in the words on their screens; each step ends with what they then see."""

from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from demo.draw.scenes import draw
from ops.home import ROOT
from tests.e2e.actors import PATIENCE_MS, Actor

PHOTOS = ROOT / "demo" / "photos"
MANHOLE = PHOTOS / "sample-1-manhole-cover-missing.jpg"  # in Gaotangling street: the Gaotangling squad's
DUST = PHOTOS / "sample-3-site-dust.jpg"  # building-site dust anywhere: the direct muck squad's
SAVED = "已存到本机。有网会自动发送。"

Upload = Any  # what Playwright takes for a file: a path, or name, mimeType and buffer


def scene(code: str, icon: str, seed: int, *, after: bool) -> Upload:
    """A picture as a camera would hand it over, without EXIF: the street of `seed` with the problem, or without."""
    return {"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": draw(code, icon, seed, after)}


MANHOLE_AFTER = scene("C0103", "cover-missing", 21, after=True)
RUBBISH = scene("E0110", "rubbish-heap", 22, after=False)
RUBBISH_STILL = scene("E0110", "rubbish-heap", 22, after=False)
RUBBISH_AFTER = scene("E0110", "rubbish-heap", 22, after=True)


async def it_arrived(actor: Actor) -> None:
    """What was done last on a case's page has its receipt, and nothing else waits on this phone."""
    await expect(actor.page.locator(".item-card").get_by_text("收到了")).to_be_visible()
    await expect(actor.page.locator(".unsent-badge")).to_have_count(0)


# --- whoever reports


async def read_the_notice(actor: Actor) -> None:
    """The first tap on the shutter leads to the notice about personal data; agreeing leads back."""
    page = actor.page
    await page.goto("/")
    await page.get_by_role("main").get_by_role("button", name="拍照").click()
    await expect(page.get_by_role("heading", name="先看一眼")).to_be_visible()
    await page.get_by_role("button", name="我知道了，开始").click()
    await expect(page.get_by_label("从相册选")).to_be_attached()


async def take_photo(page: Page, photo: Path | Upload, *, album: bool = False) -> None:
    """By the camera's button (what the camera hands over is `photo`: taken here and now), or from the album."""
    button = page.get_by_role("main").get_by_label("从相册选" if album else "拍照", exact=True)
    await button.set_input_files(photo)
    await expect(page.get_by_alt_text("照片 1，共 1 张")).to_be_visible()


async def choose_class(page: Page, name: str, condition: str | None = None) -> None:
    """From the pictures on the screen or, when it is not there, from all of them; then which kind it is."""
    await expect(page.get_by_role("heading", name="这是什么？")).to_be_visible()
    tile = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    everything = page.get_by_role("button", name="全部类别")
    await expect(tile.or_(everything).first).to_be_visible()
    if not await tile.count():
        await everything.click()
        tile = page.get_by_role("dialog").get_by_role("button", name=name, exact=True)
    await tile.click()
    if condition:
        kind = page.get_by_role("button", name=condition)
        await kind.click()
        await expect(kind).to_have_attribute("aria-pressed", "true")


async def send_report(page: Page) -> None:
    """Sent means kept on the phone first: never more is said than is true."""
    await page.get_by_role("button", name="发送", exact=True).click()
    await expect(page.get_by_text(SAVED)).to_be_visible()


async def report(
    actor: Actor, photo: Path | Upload, name: str, condition: str | None = None, *, album: bool = False
) -> None:
    await take_photo(actor.page, photo, album=album)
    await choose_class(actor.page, name, condition)
    await send_report(actor.page)


async def see_it_received(actor: Actor) -> None:
    """The same card, by itself, once the server's receipt is here."""
    await expect(actor.page.get_by_role("status").filter(has_text="收到了")).to_be_visible()


async def open_my_report(actor: Actor) -> str:
    """From 我的上报 to its progress; returns the case's id, which no citizen sees but the tests name rows by."""
    page = actor.page
    await page.get_by_role("link", name="我的上报", exact=True).click()
    await page.locator("a[href^='/t/']").first.click()
    await page.wait_for_url("**/t/*")
    await expect(page.get_by_role("heading", name="上报进度")).to_be_visible()
    answer = await page.request.get(f"/api/v1/tracking/{page.url.rpartition('/')[2]}")
    return str((await answer.json())["case_id"])


# --- the desk


async def choose_at_desk(operator: Actor, case: str) -> None:
    page = operator.page
    await page.goto("/desk")
    await page.locator(f"#case-row-{case}").click()
    await expect(page.locator(f"#case-row-{case}")).to_have_attribute("aria-current", "true")


async def file_case(operator: Actor, case: str, squad: str) -> str:
    """File as suggested; the desk says before who will get it. Returns the number."""
    page = operator.page
    await choose_at_desk(operator, case)
    await expect(page.get_by_text("会派给").locator("..")).to_contain_text(squad)
    await page.get_by_role("button", name="立案").and_(page.locator(".action-bar-main")).click()
    news = page.get_by_role("status").filter(has_text="已立案")
    await expect(news).to_contain_text(f"派给 {squad}")
    return (await news.inner_text()).removeprefix("已立案").partition("，")[0].strip()


async def refuse_case(operator: Actor, case: str, reason: str, responsible: str) -> None:
    page = operator.page
    await choose_at_desk(operator, case)
    await page.get_by_role("button", name="不予立案").click()
    await page.get_by_label(reason).check()
    await page.get_by_role("button", name=responsible).click()
    await page.get_by_role("button", name="发出，不予立案").click()
    await expect(page.get_by_role("status").filter(has_text="已不予立案")).to_be_visible()


# --- the squad


def in_queue(actor: Actor, case: str) -> Locator:
    return actor.page.locator(f"a[href='/case/{case}']")


async def open_queue(actor: Actor) -> None:
    """The squad's work, read just now."""
    await actor.page.goto("/tasks")
    await expect(actor.page.get_by_role("button", name="刷新")).to_be_visible()


async def accept(actor: Actor, case: str) -> None:
    page = actor.page
    await in_queue(actor, case).click()
    await page.get_by_role("button", name="接单").click()
    await expect(page.get_by_label("拍处置后")).to_be_attached()
    await expect(page.locator(".unsent-badge")).to_have_count(0)


async def respond(actor: Actor, photo: Path | Upload, note: str = "") -> None:
    """On the case's page: the after-photo by the camera, a word, sent, and said to be with somebody else now."""
    page = actor.page
    await page.get_by_label("拍处置后").set_input_files(photo)
    sheet = page.get_by_role("dialog", name="处置结果")
    await expect(sheet.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
    if note:
        await sheet.get_by_label("处置说明").fill(note)
    await sheet.get_by_role("button", name="发送处置结果").click()
    await expect(page.get_by_text("已处置，等别人核查。")).to_be_visible()
    await it_arrived(actor)


# --- whoever checks


async def open_check(actor: Actor, case: str) -> None:
    """From the list of checks to before beside after, both really there."""
    page = actor.page
    await page.goto("/tasks?list=checks")
    await page.locator(f"a[href='/check/{case}']").click()
    stage = page.locator(".before-after-stage")
    await look_again_until(page, stage)
    await expect(stage.get_by_text("处置前")).to_be_visible()
    await expect(stage.get_by_text("处置后")).to_be_visible()
    await pictures_load(stage.locator("img"), 2)


async def pass_check(actor: Actor) -> None:
    page = actor.page
    await page.get_by_role("button", name="通过", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="确认通过").click()
    await expect(page.get_by_text("已办结").first).to_be_visible()
    await it_arrived(actor)


async def fail_check(actor: Actor, reason: str) -> None:
    page = actor.page
    await page.get_by_role("button", name="不通过", exact=True).click()
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_role("button", name="先选或写一个原因")).to_be_disabled()
    await sheet.get_by_role("button", name=reason).click()
    await sheet.get_by_role("button", name="确认不通过").click()
    await expect(page.get_by_text("待接单").first).to_be_visible()
    await it_arrived(actor)


# --- looking


async def look_again_until(page: Page, wanted: Locator) -> None:
    """Opens the page again until `wanted` is there: what a person does whose picture is still being made."""
    for _ in range(20):
        try:
            await wanted.first.wait_for(timeout=PATIENCE_MS / 10)
            return
        except Exception:
            await page.reload()
    await expect(wanted.first).to_be_visible()


async def pictures_load(pictures: Locator, count: int) -> None:
    """There are `count` pictures and each has really come, not only its place."""
    await expect(pictures).to_have_count(count)
    for picture in await pictures.all():
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("complete", True)
        width = await picture.evaluate("img => img.naturalWidth")
        assert width > 0, f"a picture did not load: {await picture.get_attribute('src')}"
