"""The long way: verified before it is filed, handed back, given to another squad, given more time, failed, closed."""

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.actors import Actor
from tests.e2e.audit import desk_words
from tests.e2e.conftest import Cast
from tests.e2e.stack import Stack
from tests.e2e.steps import (
    MANHOLE,
    MANHOLE_AFTER,
    accept,
    choose_at_desk,
    fail_check,
    file_case,
    in_queue,
    it_arrived,
    open_check,
    open_my_report,
    open_queue,
    pass_check,
    read_the_notice,
    report,
    respond,
    see_it_received,
)

NOT_OURS = "这条路归丁字湾，不在我们街道"
PART_TOMORROW = "井盖配件明天上午才到"


async def test_a_report_goes_the_long_way_and_its_reporter_sees_the_end(cast: Cast, stack: Stack) -> None:
    citizen = await cast("citizen")
    await read_the_notice(citizen)
    await report(citizen, MANHOLE, "雨水井盖", "缺失", album=True)
    await see_it_received(citizen)
    case = await open_my_report(citizen)

    operator = await cast("operator", desk=True)
    await operator.sign_in("operator1")
    await send_to_verify(operator, case)

    inspector = await cast("inspector")
    await inspector.sign_in(await stack.drawn(case))
    await verify_it_is_so(inspector, case)

    await choose_at_desk(operator, case)
    await operator.shown(["核实属实"])
    await file_case(operator, case, "高塘岭中队")

    first = await cast("gaotangling")
    await first.sign_in("gaotangling1")
    await hand_back(first, case)
    await citizen.page.reload()
    await citizen.shown(["正在重新安排中队"])

    dispatcher = await cast("dispatcher", desk=True)
    await dispatcher.sign_in("dispatcher1")
    await give_to(dispatcher, case, "丁字湾中队")
    await open_queue(first)
    await expect(in_queue(first, case)).to_have_count(0)

    second = await cast("dingziwan")
    await second.sign_in("dingziwan1")
    await open_queue(second)
    await accept(second, case)
    await ask_for_time(second)
    await decide(dispatcher, case, [PART_TOMORROW], "批准延期", "已批准延期。")
    await open_queue(second)
    await in_queue(second, case).click()
    await see_the_longer_time(second)
    await respond(second, MANHOLE_AFTER)

    await judge(cast, stack, case, "没清干净，还有残留")
    await citizen.page.reload()
    await citizen.shown(["看过一次，没处理好，已请中队再处理"])
    await open_queue(second)
    await expect(in_queue(second, case)).to_contain_text("返工 1 次")
    await accept(second, case)
    await respond(second, MANHOLE_AFTER, "井盖已换新，盖稳。")
    await judge(cast, stack, case)

    await citizen.page.reload()
    steps = citizen.page.get_by_role("list", name="进度").get_by_role("listitem")
    await expect(steps.last).to_contain_text("完成")
    await expect(steps.nth(1)).to_contain_text("丁字湾中队")
    assert await desk_words(citizen.page) == []


async def send_to_verify(operator: Actor, case: str) -> None:
    await choose_at_desk(operator, case)
    await operator.page.get_by_role("button", name="派人核实").click()
    await expect(operator.page.get_by_role("status").filter(has_text="已派人核实")).to_be_visible()


async def verify_it_is_so(inspector: Actor, case: str) -> None:
    """Only with a photo; afterwards it is no longer the inspector's."""
    page = inspector.page
    await page.goto("/tasks?list=checks")
    row = page.locator(f"a[href='/check/{case}']")
    await expect(row).to_contain_text("待核实")
    await row.click()
    await page.get_by_role("button", name="属实", exact=True).click()
    sheet = page.get_by_role("dialog", name="属实")
    await expect(sheet.get_by_role("button", name="先拍一张现场")).to_be_disabled()
    await shoot(sheet)
    await sheet.get_by_role("button", name="发送：属实").click()
    await it_arrived(inspector)


async def hand_back(squad: Actor, case: str) -> None:
    page = squad.page
    await open_queue(squad)
    await in_queue(squad, case).click()
    sheet = await under_more(page, "退回", "退回这一件")
    await sheet.get_by_role("button", name="不归我们中队").click()
    await sheet.get_by_label("原因（必填）").fill(NOT_OURS)
    await sheet.get_by_role("button", name="退回", exact=True).click()
    await expect(page.get_by_text("已退回，等派遣员重新安排。")).to_be_visible()
    await it_arrived(squad)


async def give_to(dispatcher: Actor, case: str, squad: str) -> None:
    """The squad's words lie beside the choice; the one that handed it back is not chosen for the dispatcher."""
    page = dispatcher.page
    await page.goto("/desk?tab=decisions")
    await page.locator(f"#case-row-{case}").click()
    await dispatcher.shown([NOT_OURS, "不归我们中队"])
    await expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    await page.get_by_label(re.compile(f"^{squad}")).check()
    await page.locator(".action-bar-main").click()
    await expect(page.get_by_role("status").filter(has_text=f"已派给 {squad}")).to_be_visible()


async def ask_for_time(squad: Actor) -> None:
    page = squad.page
    sheet = await under_more(page, "申请延期", "申请延期")
    await sheet.get_by_label("原因（必填）").fill(PART_TOMORROW)
    await sheet.get_by_role("button", name="发送延期申请").click()
    await expect(page.get_by_text("已申请延期，等派遣员答复").first).to_be_visible()
    await it_arrived(squad)


async def decide(dispatcher: Actor, case: str, seen: list[str], button: str, news: str) -> None:
    page = dispatcher.page
    await page.goto("/desk?tab=decisions")
    await page.locator(f"#case-row-{case}").click()
    await dispatcher.shown(seen)
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_role("status").filter(has_text=news)).to_be_visible()


async def see_the_longer_time(squad: Actor) -> None:
    page = squad.page
    await expect(page.get_by_text("已申请延期")).to_have_count(0)
    await page.locator("summary", has_text="时限").click()
    await expect(page.locator(".clock-list")).to_contain_text(re.compile("原定 .+，延至 "))


async def judge(cast: Cast, stack: Stack, case: str, failed: str | None = None) -> None:
    """By whoever was drawn for it this time; `failed`: the reason to send it back."""
    who = await stack.drawn(case)
    checker = await cast(f"checker-{who}-{'fails' if failed else 'passes'}")
    await checker.sign_in(who)
    await open_check(checker, case)
    await (fail_check(checker, failed) if failed else pass_check(checker))


async def under_more(page: Page, name: str, title: str) -> Locator:
    """Opens what stands behind 更多; returns its sheet."""
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("dialog", name="更多").get_by_role("button", name=name, exact=True).click()
    return page.get_by_role("dialog", name=title)


async def shoot(sheet: Locator) -> None:
    await sheet.get_by_label("拍照", exact=True).set_input_files(MANHOLE)
    await expect(sheet.get_by_alt_text("照片 1，共 1 张")).to_be_visible()
