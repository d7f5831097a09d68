"""Every screen in its main states: axe, narrow phones, night, thumbs; and no desk word where a citizen reads."""

import re

from playwright.async_api import expect

from tests.e2e.actors import Actor
from tests.e2e.audit import audit
from tests.e2e.conftest import Cast
from tests.e2e.stack import Stack
from tests.e2e.steps import (
    MANHOLE,
    RUBBISH,
    open_check,
    open_queue,
    read_the_notice,
    see_it_received,
    send_report,
    take_photo,
)


def fine(wrong: list[str]) -> None:
    assert not wrong, f"{len(wrong)} things:\n" + "\n".join(wrong)


async def test_reporting_screens_are_accessible_and_in_plain_words(cast: Cast) -> None:
    citizen = await cast("citizen")
    page = citizen.page
    wrong: list[str] = []

    async def look(screen: str) -> None:
        wrong.extend(await audit(citizen, screen, citizen=screen != "sign-in"))  # where staff sign in

    await page.goto("/mine")
    await expect(page.get_by_text("还没有上报过。")).to_be_visible()
    await look("mine, empty")
    await page.goto("/notice")
    await expect(page.get_by_role("button", name="我知道了，开始")).to_be_visible()
    await look("notice")
    await read_the_notice(citizen)
    await look("capture")
    await page.get_by_role("button", name="地点").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look("capture, place")
    await page.get_by_role("button", name="关闭").click()
    await take_photo(page, MANHOLE, album=True)
    await look("capture, photo")
    await page.get_by_role("button", name="全部类别").click()
    await look("capture, all classes")
    await page.get_by_role("dialog").get_by_role("button", name="雨水井盖", exact=True).click()
    await expect(page.get_by_text("哪一种？")).to_be_visible()
    await look("capture, class")
    await send_report(page)
    await look("capture, sent")
    await see_it_received(citizen)
    await page.get_by_role("link", name="我的上报", exact=True).click()
    await expect(page.locator("a[href^='/t/']")).to_be_visible()
    await look("mine")
    await citizen.offline()
    await page.goto("/")
    await take_photo(page, RUBBISH)
    await page.get_by_role("button", name="不知道").click()
    await send_report(page)
    await page.goto("/outbox")
    await expect(page.get_by_role("article")).to_be_visible()
    await look("outbox, offline")
    await citizen.offline(False)
    await expect(page.get_by_text("没有待发的。")).to_be_visible()
    await look("outbox, empty")
    await page.goto("/signin")
    await expect(page.get_by_text("示例账号")).to_be_visible()
    await look("sign-in")
    await page.goto("/nowhere")
    await look("no such page")
    fine(wrong)


async def test_tracking_is_accessible_and_in_plain_words_in_every_state(cast: Cast, stack: Stack) -> None:
    citizen = await cast("citizen")
    wrong: list[str] = []
    for state in ("submitted", "dispatched", "accepted", "responded", "closed", "refused"):
        ref = await stack.ask(
            "select r.public_ref from report r"
            " join case_report l on l.report_id = r.id join cases c on c.id = l.case_id"
            " where c.state = $1 and r.state = 'complete' order by c.submitted_at limit 1",
            state,
        )
        await citizen.go(f"/t/{ref}")
        await expect(citizen.page.get_by_role("list", name="进度")).to_be_visible()
        wrong += await audit(citizen, f"tracking, {state}", citizen=True)
    citizen.allowed.append(re.compile(r"status of 404"))  # the browser writes it for every answer that is one
    await citizen.go("/t/nobodyknowsthis")
    await expect(citizen.page.get_by_text("没有找到这件上报")).to_be_visible()
    wrong += await audit(citizen, "tracking, unknown", citizen=True)
    fine(wrong)


async def one_case(stack: Stack, state: str) -> tuple[str, str]:
    """A demo case in `state`: its squad and its id."""
    found = await stack.ask(
        "select squad_code || ' ' || id from cases where state = $1 and number is not null order by filed_at limit 1",
        state,
    )
    assert found, f"the demo has no {state} case"
    squad, case = found.split()
    return squad, case


async def test_the_squads_screens_are_accessible(cast: Cast, stack: Stack) -> None:
    leader = await cast("leader")
    page = leader.page
    wrong: list[str] = []
    of = None

    async def look(screen: str) -> None:
        wrong.extend(await audit(leader, screen))

    for state in ("closed", "responded", "dispatched", "accepted"):
        squad, case = await one_case(stack, state)
        if squad != of:
            await leader.sign_in(f"{squad}-leader")
            of = squad
        if state == "accepted":
            await open_queue(leader)
            await look("queue")
        await page.goto(f"/case/{case}")
        await expect(page.get_by_role("heading", name="经过", exact=True)).to_be_visible()
        await look(f"case, {state}")
    await page.get_by_role("button", name="更多").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look("case, more")
    await page.get_by_role("button", name="关闭").click()
    await page.get_by_label("拍处置后").set_input_files(RUBBISH)
    await expect(page.get_by_role("dialog").get_by_role("button", name="发送处置结果")).to_be_enabled()
    await look("case, answer")
    await page.goto("/account")
    await expect(page.get_by_text("(这里)")).to_be_visible()
    await look("account")
    await page.goto("/who")
    await expect(page.locator("canvas.maplibregl-canvas")).to_be_visible()
    await look("who, map")
    await page.get_by_role("button", name="坐标").click()
    await page.get_by_label("经度，纬度").fill("112.82, 28.353")
    await page.get_by_role("button", name="用这个位置").click()
    await expect(page.locator(".route-card")).to_contain_text("高塘岭中队")
    await look("who, answer")
    fine(wrong)


async def test_the_checkers_screens_are_accessible(cast: Cast, stack: Stack) -> None:
    inspector = await cast("inspector")
    page = inspector.page
    wrong: list[str] = []
    _, case = await one_case(stack, "responded")
    await inspector.sign_in(await stack.drawn(case))
    await page.goto("/tasks")
    await expect(page.locator("a[href^='/check/']").first).to_be_visible()
    wrong += await audit(inspector, "checks")
    await open_check(inspector, case)
    wrong += await audit(inspector, "check")
    for verdict in ("通过", "不通过", "找不到"):
        await page.get_by_role("button", name=verdict, exact=True).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        wrong += await audit(inspector, f"check, {verdict}")
        await page.get_by_role("button", name="关闭").click()
    fine(wrong)


async def test_the_desk_is_accessible(cast: Cast) -> None:
    operator = await cast("operator", desk=True)
    page = operator.page
    wrong: list[str] = []

    async def look(screen: str, actor: Actor = operator) -> None:
        wrong.extend(await audit(actor, screen))

    await operator.sign_in("operator2")
    await page.locator(".case-row").filter(has_text="待立案").first.click()
    await expect(page.locator(".action-bar-main")).to_be_visible()
    await expect(page.locator("canvas.maplibregl-canvas")).to_be_visible()
    await look("desk, to file")
    await page.get_by_role("button", name="不予立案").click()
    await page.get_by_label("这件事不归城市管理部门管。").check()
    await look("desk, refusing")
    for tab in ("待修复", "全部"):
        await page.get_by_role("navigation", name="列表").get_by_role("link", name=tab).click()
        await expect(page.get_by_text("没有待修复的。").or_(page.get_by_label("状态"))).to_be_visible()
        await look(f"desk, {tab}")
    phone = await cast("operator-phone")
    await phone.sign_in("operator2")
    await expect(phone.page.locator(".case-row").first).to_be_visible()
    await look("desk on a phone", phone)
    fine(wrong)
