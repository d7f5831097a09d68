"""The loop by API: photo → cell → squad → response → check → reporter."""

from datetime import datetime
from pathlib import Path

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.db import Sessions
from backend.core.site import Site
from tests.conftest import TickingClock
from tests.make import MANHOLE, Crew, crew, jpeg, local, make_world, work_off


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def test_a_citizens_report_is_filed_fixed_checked_and_closed(
    people: Crew, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    receipt = await people.citizen.report(jpeg("red"), category=MANHOLE, condition="01")
    assert receipt["state"] == "complete"

    [waiting] = (await people.operator.get("inbox"))["items"]
    assert (waiting["state"], waiting["number"], waiting["category"]["name"]) == ("submitted", None, "雨水井盖")
    filed = await people.operator.move(waiting, "file")
    assert (filed.status_code, filed.json()["case"]["state"]) == (201, "dispatched")

    [todo] = (await people.squad_a.get("queue"))["items"]
    assert todo["squad"]["name"] == "甲中队"
    assert datetime.fromisoformat(todo["due_at"]) == local(24, 12)
    assert (await people.squad_b.get("queue"))["items"] == []

    assert (await people.squad_a.move(todo, "accept")).json()["state"] == "applied"
    accepted = await people.squad_a.case(todo["id"])
    answered = await people.squad_a.move(accepted, "respond", jpeg("green"), note="已更换")
    assert (answered.status_code, answered.json()["state"]) == (201, "applied")

    [to_check] = (await people.inspector.get("checks"))["items"]
    assert (await people.inspector.move(to_check, "check_pass")).json()["case"]["state"] == "closed"

    await work_off(app, sessions, clock)
    seen = await people.citizen.get(f"tracking/{receipt['public_ref']}")
    assert [stage["stage"] for stage in seen["stages"] if stage["done"]] == [
        "received", "arranged", "handling", "handled", "done",
    ]  # fmt: skip
    assert len(seen["before"]) == len(seen["after"]) == 1
    for photo in (*seen["before"], *seen["after"]):
        picture = await people.citizen.client.get(photo["large"])
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert seen["can"] == ["solved", "not_solved", "note"]


async def test_an_inspectors_report_goes_straight_to_the_squad_and_a_failed_check_sends_it_back(people: Crew) -> None:
    await people.inspector.report()
    [todo] = (await people.squad_a.get("queue"))["items"]
    assert todo["number"] == "20261124-00001"
    assert todo["condition"]["code"] == "01"

    answered = await people.squad_a.move(todo, "respond", jpeg("green"))
    assert answered.json()["case"]["state"] == "responded"
    [to_check] = (await people.inspector.get("checks"))["items"]
    failed = await people.inspector.move(to_check, "check_fail", reason="还有垃圾")
    assert failed.json()["case"]["state"] == "dispatched"

    [again] = (await people.squad_a.get("queue"))["items"]
    assert (again["rework"], again["squad"]["code"]) == (1, "T-A")
    page = await people.squad_a.case(again["id"])
    assert [row["action"] for row in page["history"]] == ["submit", "file", "dispatch", "respond", "check_fail"]
    assert page["history"][-1]["reason"] == "还有垃圾"


async def test_a_refused_reporter_reads_why_and_who_is_responsible_instead(people: Crew) -> None:
    receipt = await people.citizen.report()
    [waiting] = (await people.operator.get("inbox"))["items"]
    without = await people.operator.move(waiting, "refuse")
    assert (without.status_code, without.json()["code"]) == (422, "reason_required")
    refused = await people.operator.move(
        waiting, "refuse", reason="小区内部道路，不在城管管辖范围", data={"responsible": "某小区物业"}
    )
    assert refused.json()["case"]["state"] == "refused"
    seen = await people.citizen.get(f"tracking/{receipt['public_ref']}")
    assert seen["refusal"] == {"reason": "小区内部道路，不在城管管辖范围", "responsible": "某小区物业"}
    assert (await people.operator.get("inbox"))["items"] == []


async def test_nobody_but_desk_and_reporter_sees_a_citizens_report_before_it_is_filed(people: Crew) -> None:
    await people.citizen.report()
    [waiting] = (await people.operator.get("inbox"))["items"]
    for stranger in (people.inspector, people.squad_a, people.squad_b):
        assert (await stranger.client.get(f"/api/v1/cases/{waiting['id']}")).status_code == 404
    assert (await people.citizen.case(waiting["id"]))["actions"] == ["amend", "withdraw", "note", "add_photo"]


async def test_filing_with_another_class_and_place_routes_again_and_both_reasons_stay(people: Crew) -> None:
    await people.citizen.report()
    [waiting] = (await people.operator.get("inbox"))["items"]
    place = {"lon": 114 + 3.5 / 1024, "lat": 30 + 3.5 / 1024}
    await people.operator.move(waiting, "file", data={"category": "E0304", "location": place})
    page = await people.operator.case(waiting["id"])
    assert (page["squad"]["code"], page["cell"][:12]) == ("Z", "990101002001")
    filed = next(row for row in page["history"] if row["action"] == "file")
    assert filed["data"]["before"]["squad"] == "T-A"
    assert "甲中队" in " ".join(filed["data"]["before"]["why"])
    assert "工地扬尘" in " ".join(page["why"])


async def test_an_unknown_class_from_an_inspector_waits_for_the_operator(people: Crew) -> None:
    await people.inspector.report(category=None)
    [waiting] = (await people.operator.get("inbox"))["items"]
    assert "no_category" in waiting["flags"]
    missing = await people.operator.move(waiting, "file")
    assert (missing.status_code, missing.json()["code"]) == (422, "class_required")
    filed = await people.operator.move(waiting, "file", data={"category": MANHOLE, "condition": "01"})
    assert filed.json()["case"]["state"] == "dispatched"


async def test_an_inspector_who_does_not_know_which_kind_leaves_the_clock_to_the_operator(people: Crew) -> None:
    await people.inspector.report(category=MANHOLE, condition="00")
    [waiting] = (await people.operator.get("inbox"))["items"]
    assert "condition_undecided" in waiting["flags"]
    assert (await people.operator.move(waiting, "file")).json()["code"] == "condition_required"
    await people.operator.move(waiting, "file", data={"condition": "02"})
    page = await people.operator.case(waiting["id"])
    assert datetime.fromisoformat(page["due_at"]) == local(26, 10)


async def test_a_check_that_finds_nothing_goes_to_the_operator_and_comes_back_with_a_better_place(people: Crew) -> None:
    await people.inspector.report()
    [todo] = (await people.squad_a.get("queue"))["items"]
    await people.squad_a.move(todo, "respond", jpeg("green"))
    [to_check] = (await people.inspector.get("checks"))["items"]
    await people.inspector.move(to_check, "check_cannot_find", reason="没有找到这个位置")
    assert (await people.inspector.get("checks"))["items"] == []
    [lost] = (await people.operator.get("inbox"))["items"]
    await people.operator.move(lost, "clarify", note="在路口东侧", data={"location": {"lon": 114.0006, "lat": 30.0006}})
    [found] = (await people.inspector.get("checks"))["items"]
    assert found["place"]["lon"] == 114.0006


async def test_a_reporters_name_reaches_neither_squad_nor_checker(people: Crew) -> None:
    await people.inspector.report()
    [todo] = (await people.squad_a.get("queue"))["items"]
    for reader in (people.squad_a, people.inspector):
        submitted = (await reader.case(todo["id"]))["history"][0]
        assert (submitted["who"]["name"], "report_id" in submitted["data"]) == (None, False)


async def test_a_phone_whose_token_is_forgotten_still_reads_the_page_of_its_report(people: Crew) -> None:
    receipt = await people.citizen.report()
    people.citizen.client.headers["Authorization"] = "Bearer forgotten"
    seen = await people.citizen.get(f"tracking/{receipt['public_ref']}")
    assert (seen["stages"][0]["stage"], seen["can"]) == ("received", [])


async def test_an_unknown_reference_and_a_hidden_one_answer_alike(people: Crew) -> None:
    answer = await people.citizen.client.get("/api/v1/tracking/abcdefghijklmnopqrstuvwxyz")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_guessing_references_is_slowed_down(people: Crew) -> None:
    answers = [await people.citizen.client.get(f"/api/v1/tracking/guess{n}") for n in range(121)]
    assert (answers[0].status_code, answers[-1].status_code) == (404, 429)


async def test_a_reporter_who_says_not_solved_is_read_by_the_operator(people: Crew) -> None:
    await people.citizen.report()
    [waiting] = (await people.operator.get("inbox"))["items"]
    await people.operator.move(waiting, "file")
    [todo] = (await people.squad_a.get("queue"))["items"]
    await people.squad_a.move(todo, "respond", jpeg("green"))
    [to_check] = (await people.inspector.get("checks"))["items"]
    await people.inspector.move(to_check, "check_pass")
    closed = await people.citizen.case(todo["id"])
    told = await people.citizen.move(closed, "not_solved", jpeg("blue"), note="还是老样子")
    assert told.json()["state"] == "applied"
    [mine] = (await people.citizen.get("mine"))["items"]
    seen = await people.citizen.get(f"tracking/{mine['public_ref']}")
    assert (seen["said"], seen["by"]) == ("not_solved", "device")
    [unsolved] = (await people.operator.get("inbox"))["items"]
    assert (unsolved["state"], unsolved["flags"]) == ("closed", ["not_solved"])
    page = await people.operator.case(todo["id"])
    assert (page["history"][-1]["note"], len(page["history"][-1]["photos"])) == ("还是老样子", 1)
    await people.operator.move(unsolved, "clarify", note="已电话联系，安排中队再去")
    assert (await people.operator.get("inbox"))["items"] == []


async def test_a_tracking_pages_pictures_come_beside_its_script(
    people: Crew, app: Litestar, sessions: Sessions, clock: TickingClock, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text('<!doctype html><title>巡城</title><div id="app"></div>')
    (tmp_path / "shell").mkdir()
    (tmp_path / "shell" / "track.html").write_text('<main class="page-main"></main>')
    app.state.site = Site(tmp_path)
    receipt = await people.citizen.report(jpeg("red"))
    await work_off(app, sessions, clock)
    [photo] = (await people.citizen.get(f"tracking/{receipt['public_ref']}"))["before"]
    page = await people.citizen.client.get(f"/t/{receipt['public_ref']}")
    assert page.headers["link"] == f"<{photo['medium']}>; rel=preload; as=image; fetchpriority=high"
    assert f'<img src="{photo["medium"].replace("&", "&amp;")}"' in page.text, "and is seen before the script runs"
    nobodys = await people.citizen.client.get("/t/nobodys")
    assert "link" not in nobodys.headers and "<img" not in nobodys.text
