"""The loop by hand: one phone, one desk, another phone, a third one, and back to the first."""

from playwright.async_api import expect

from tests.e2e.audit import desk_words
from tests.e2e.conftest import Cast
from tests.e2e.pictures import picture
from tests.e2e.stack import Stack
from tests.e2e.steps import (
    MANHOLE,
    MANHOLE_AFTER,
    RUBBISH,
    RUBBISH_AFTER,
    RUBBISH_STILL,
    accept,
    choose_class,
    fail_check,
    file_case,
    in_queue,
    look_again_until,
    open_check,
    open_my_report,
    open_queue,
    pass_check,
    pictures_load,
    read_the_notice,
    respond,
    see_it_received,
    send_report,
    take_photo,
)


async def test_a_citizens_photo_is_handled_checked_and_shown_to_the_citizen(cast: Cast, stack: Stack) -> None:
    citizen = await cast("citizen", sharp=True)
    await read_the_notice(citizen)
    await take_photo(citizen.page, MANHOLE, album=True)
    await expect(citizen.page.get_by_text("照片里的位置")).to_be_visible()
    await choose_class(citizen.page, "雨水井盖", "缺失")
    await picture(citizen, "capture")
    await send_report(citizen.page)
    await see_it_received(citizen)
    case = await open_my_report(citizen)

    operator = await cast("operator", desk=True)
    await operator.sign_in("operator1")
    number = await file_case(operator, case, "高塘岭中队")

    others = await cast("dingziwan")
    await others.sign_in("dingziwan1")
    await open_queue(others)
    await expect(in_queue(others, case)).to_have_count(0)

    squad = await cast("gaotangling", sharp=True)
    await squad.sign_in("gaotangling1")
    await open_queue(squad)
    await accept(squad, case)
    await squad.shown([number, "为什么是我们"])
    await picture(squad, "case")
    await respond(squad, MANHOLE_AFTER, "井盖已换新，盖稳。")

    inspector = await cast("inspector", sharp=True)
    await inspector.sign_in(await stack.drawn(case))
    await open_check(inspector, case)
    await inspector.shown([number, "井盖已换新，盖稳。"])
    await picture(inspector, "check")
    await pass_check(inspector)

    await citizen.page.reload()
    await citizen.shown([number])
    stages = citizen.page.get_by_role("list", name="进度").get_by_role("listitem")
    await expect(stages).to_contain_text(
        ["收到了", "已安排 高塘岭中队", "高塘岭中队接手处理", "处理完，有人到现场看过", "完成"]
    )
    await look_again_until(citizen.page, citizen.page.get_by_text("处理后"))
    await pictures_load(citizen.page.get_by_role("main").locator("img[src^='/m/']"), 2)
    assert await desk_words(citizen.page) == []
    await picture(citizen, "tracking")


async def test_a_failed_check_sends_the_case_back_to_the_same_squad(cast: Cast, stack: Stack) -> None:
    inspector = await cast("inspector")
    await inspector.sign_in("inspector1")
    await read_the_notice(inspector)
    # Three taps and not a letter: shutter, picture of the class, send.
    await take_photo(inspector.page, RUBBISH)
    await choose_class(inspector.page, "暴露垃圾")
    await send_report(inspector.page)
    await see_it_received(inspector)
    case = await open_my_report(inspector)
    await inspector.shown(["已安排 高塘岭中队"])  # nobody had to file it

    squad = await cast("gaotangling")
    await squad.sign_in("gaotangling1")
    await open_queue(squad)
    await accept(squad, case)
    await respond(squad, RUBBISH_STILL)

    checker = await cast("checker")
    await checker.sign_in(await stack.drawn(case))
    await open_check(checker, case)
    await fail_check(checker, "没清干净，还有残留")
    await inspector.page.reload()
    await inspector.shown(["看过一次，没处理好，已请中队再处理"])
    assert await desk_words(inspector.page) == []

    await open_queue(squad)
    await expect(in_queue(squad, case)).to_contain_text("返工 1 次")
    await in_queue(squad, case).click()
    await squad.shown(["上次核查没通过", "没清干净，还有残留"])
    await squad.page.get_by_role("button", name="接单").click()
    await respond(squad, RUBBISH_AFTER)

    second = await cast("second checker")  # drawn anew
    await second.sign_in(await stack.drawn(case))
    await open_check(second, case)
    await pass_check(second)
    await inspector.page.reload()
    await inspector.shown(["完成"])
