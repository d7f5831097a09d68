"""The desk: a refusal is read by whoever reported, and anybody on the staff can ask who would get a case."""

import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import httpx
from playwright.async_api import expect

from backend.core.clock import uuid7
from tests.e2e.conftest import Cast
from tests.e2e.stack import Stack
from tests.e2e.steps import (
    DUST,
    file_case,
    open_my_report,
    read_the_notice,
    refuse_case,
    report,
    see_it_received,
)


async def send_bad_report(stack: Stack) -> UUID:
    """A whole photo under a report whose longitude has lost its point; its id."""
    report_id, device_id, photo = uuid7(), uuid7(), DUST.read_bytes()
    entry = {
        "id": str(uuid7()), "seq": 1, "sha256": hashlib.sha256(photo).hexdigest(), "size": len(photo),
        "mime": "image/jpeg", "width": 1600, "height": 1200,
    }  # fmt: skip
    payload = {
        "schema_version": 1, "captured_by": None, "category": "E0110", "condition": "01", "description": "",
        "location": {"lon": 11282, "lat": 28.353}, "captured_at_device": datetime.now(UTC).isoformat(),
        "consent": "2026-11", "photos": [entry],
    }  # fmt: skip
    async with httpx.AsyncClient(base_url=stack.address + "/api/v1") as client:
        device = await client.post("/devices", json={"device_id": str(device_id), "secret": "a" * 64})
        client.headers["Authorization"] = f"Bearer {device.json()['token']}"
        held = await client.put(f"/reports/{report_id}", content=json.dumps(payload).encode())
        assert (held.status_code, held.json()["state"]) == (202, "held"), held.text
        stored = await client.put(f"/reports/{report_id}/photos/{entry['id']}", content=photo)
        assert stored.status_code == 201, stored.text
    return report_id


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


async def test_a_held_report_is_put_right_at_the_desk_and_goes_its_way(cast: Cast, stack: Stack) -> None:
    """A client of another kind sent a place that is none: kept whole, then settled by somebody who asked."""
    report_id = await send_bad_report(stack)
    assert await stack.ask("select state from report where id = $1", report_id) == "held"

    operator = await cast("operator", desk=True)
    await operator.sign_in("operator1")
    page = operator.page
    await page.goto("/desk?tab=held")
    pane = page.locator(".repair-pane")
    await expect(pane.get_by_text("暴露垃圾")).to_be_visible()  # what could be read stands there
    await pane.get_by_role("button", name="改位置").click()
    await pane.get_by_role("button", name="地名").click()
    await pane.get_by_label("街道或社区的名字").fill("西塘街")
    await pane.get_by_role("button", name="西塘街社区").click()
    await pane.get_by_label("给经办人看的说明").fill("打过电话，在西塘街")
    await pane.get_by_role("button", name="补好，收下").click()
    await expect(page.get_by_role("status").filter(has_text="已收下")).to_be_visible()

    case = str(await stack.ask("select case_id from case_report where report_id = $1", report_id))
    await file_case(operator, case, "高塘岭中队")
