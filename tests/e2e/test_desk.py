"""The desk: a refusal is read by whoever reported, and anybody on the staff can ask who would get a case."""

from playwright.async_api import expect

from tests.e2e.conftest import Cast
from tests.e2e.steps import DUST, open_my_report, read_the_notice, refuse_case, report, see_it_received


async def test_a_citizen_reads_why_a_report_was_refused_and_who_is_responsible(cast: Cast) -> None:
    citizen = await cast("citizen")
    await read_the_notice(citizen)
    await report(citizen, DUST, "工地扬尘", album=True)
    await see_it_received(citizen)
    case = await open_my_report(citizen)

    operator = await cast("operator", desk=True)
    await operator.sign_in("operator1")
    await refuse_case(operator, case, "这件事不归城市管理部门管。", "小区物业")

    await citizen.page.reload()
    await citizen.shown(["没有安排处理", "这件事不归城市管理部门管。", "小区物业"])
    await citizen.go("/mine")
    await expect(citizen.page.locator("a[href^='/t/']").first).to_contain_text("没有受理")


async def test_who_would_get_it_answers_for_a_tapped_point_and_for_a_chosen_community(cast: Cast) -> None:
    operator = await cast("operator", desk=True)
    await operator.sign_in("operator1")
    page = operator.page
    await page.goto("/who")

    answer = page.locator(".route-card")
    canvas = page.locator("canvas.maplibregl-canvas")
    await expect(canvas).to_be_visible()
    await canvas.click()  # its middle, which is inside the district
    await expect(answer).to_contain_text("会派给")
    await expect(answer.get_by_role("list", name="为什么").get_by_role("listitem").first).to_contain_text("单元网格")

    await page.get_by_role("button", name="地名").click()
    await page.get_by_label("街道或社区的名字").fill("西塘街")
    await page.get_by_role("button", name="西塘街社区").click()
    await expect(answer).to_contain_text("高塘岭中队")
    await expect(answer).to_contain_text("西塘街社区")

    await page.get_by_role("button", name="选类别").click()
    await page.get_by_role("dialog").get_by_role("button", name="工地扬尘", exact=True).click()
    await expect(answer).to_contain_text("直属渣土中队")
    await expect(answer.get_by_role("list", name="为什么")).to_contain_text("工地扬尘")
