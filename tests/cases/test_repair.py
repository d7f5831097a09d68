"""The desk settles held reports: repaired into proper ones, or refused with a reason; what the phone sent stays."""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from tests.make import MANHOLE, RUBBISH, THERE, Crew, Sender, crew, jpeg, make_world, manifest, report_payload

RED, GREEN = jpeg("red"), jpeg("green")


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def held(sender: Sender, *bodies: bytes, photos_sent: int | None = None, **changes: Any) -> dict[str, Any]:
    """A report that was held, with `photos_sent` of its photos stored; its last receipt."""
    payload = report_payload(*bodies, **changes)
    receipt: dict[str, Any] = (await sender.put_report(payload)).json()
    assert receipt["state"] == "held"
    listed = payload["photos"] if isinstance(payload["photos"], list) else []
    for entry, body in list(zip(listed, bodies or (jpeg(),), strict=True))[:photos_sent]:
        answer = await sender.put_photo(f"reports/{receipt['id']}", entry["id"], body)
        assert answer.status_code == 201
        receipt = answer.json()
    return receipt


async def settle(desk: Sender, receipt: dict[str, Any], how: str, **body: Any) -> Any:
    answer = await desk.client.post(f"/api/v1/held/{receipt['id']}/{how}", json={**body})
    return answer


async def test_a_repaired_report_is_a_case_like_any_other(people: Crew) -> None:
    receipt = await held(people.citizen, schema_version=9, category=MANHOLE, description="井盖丢了")
    answer = await settle(people.operator, receipt, "repair", note="旧版本")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["report_state"], answer.json()["case_state"]) == ("complete", "submitted")
    [card] = (await people.operator.get("inbox"))["items"]
    assert (card["category"]["code"], card["squad"]["code"], card["flags"]) == (MANHOLE, "T-A", [])
    case = await people.operator.case(card["id"])
    assert case["description"] == "井盖丢了"
    assert [(row["action"], row["note"]) for row in case["history"]] == [("submit", ""), ("repair", "旧版本")]
    assert case["history"][1]["data"]["held"]["reason"] == "invalid_payload"
    assert (await people.operator.move(case, "file")).json()["case"]["state"] == "dispatched"
    assert (await people.operator.get("held"))["items"] == []


async def test_what_the_phone_sent_and_its_receipt_stay_valid(people: Crew, session: AsyncSession) -> None:
    body, report_id = json.dumps(report_payload(RED, GREEN, schema_version=9)).encode(), uuid7()
    path = f"/api/v1/reports/{report_id}"
    before = (await people.citizen.put(path, body)).json()
    await settle(people.operator, before, "repair", note="")
    again = await people.citizen.put(path, body)
    assert (again.status_code, again.json()["state"], again.json()["reason"]) == (200, "receiving", None)
    same = ("id", "public_ref", "payload_sha256", "received_at", "photos")
    assert {key: again.json()[key] for key in same} == {key: before[key] for key in same}
    row = (await session.execute(text("select payload, payload_sha256 from report"))).one()
    assert (row.payload, row.payload_sha256) == (body, hashlib.sha256(body).hexdigest())
    photos = json.loads(body)["photos"]
    for entry, photo in zip(photos, (RED, GREEN), strict=True):
        last = await people.citizen.put_photo(f"reports/{report_id}", entry["id"], photo)
        assert last.status_code == 201
    assert last.json()["state"] == "complete"


async def test_the_desks_corrections_win_and_decide_the_squad(people: Crew) -> None:
    receipt = await held(people.citizen, location={"lon": 500, "lat": 1}, category=RUBBISH)
    where = {"lon": THERE.lon, "lat": THERE.lat}
    await settle(
        people.operator,
        receipt,
        "repair",
        category=MANHOLE,
        condition="01",
        description="看图",
        location=where,
        note="x",
    )
    [card] = (await people.operator.get("inbox"))["items"]
    assert (card["category"]["code"], card["condition"]["code"], card["squad"]["code"]) == (MANHOLE, "01", "T-B")
    assert card["place"] == where


async def test_a_location_of_null_is_no_place_and_the_fallback_squad(people: Crew) -> None:
    receipt = await held(people.citizen, consent=None)
    await settle(people.operator, receipt, "repair", location=None, note="")
    [card] = (await people.operator.get("inbox"))["items"]
    assert (card["place"], card["flags"]) == (None, ["no_place"])


@pytest.mark.parametrize(
    "changes",
    [
        {"photos": "none"},
        {"photos": []},
        {"description": "half a \ud800 pair and nul \x00"},
        {"captured_at_device": "yesterday", "clock_offset_ms": "x", "consent": 7, "condition": ["a"]},
        {"location": {"lon": float("nan"), "lat": 1}, "category": 12},
        {"photos": [manifest(jpeg(), n) for n in range(1, 12)]},
        {"kind": "praise", "captured_by": "nobody"},
    ],
)
async def test_whatever_was_wrong_it_can_be_repaired(people: Crew, changes: dict[str, object]) -> None:
    body = json.dumps({**report_payload(), **changes}).encode()
    receipt = (await people.citizen.put(f"/api/v1/reports/{uuid7()}", body)).json()
    assert receipt["state"] == "held"
    answer = await settle(people.operator, receipt, "repair", category=RUBBISH, note="")
    assert answer.status_code == 200, answer.text
    assert answer.json()["case_state"] == "submitted"
    assert (await people.operator.case(answer.json()["case_id"]))["category"]["code"] == RUBBISH


async def test_an_inspectors_repaired_report_is_filed_at_once_as_a_fresh_one_is(people: Crew) -> None:
    receipt = await held(people.inspector, schema_version=9)
    answer = await settle(people.operator, receipt, "repair", note="")
    assert answer.json()["case_state"] == "dispatched"
    [card] = (await people.squad_a.get("queue"))["items"]
    assert card["id"] == answer.json()["case_id"]


async def test_a_record_that_nothing_is_wrong_is_repaired_without_a_case(people: Crew, session: AsyncSession) -> None:
    receipt = await held(people.inspector, schema_version=9, kind="nothing_wrong")
    answer = await settle(people.operator, receipt, "repair", note="")
    assert (answer.json()["kind"], answer.json()["case_id"]) == ("nothing_wrong", None)
    assert (await session.execute(text("select count(*) from cases"))).scalar_one() == 0


async def test_a_citizens_handled_trifle_becomes_a_problem_unless_the_desk_insists(people: Crew) -> None:
    receipt = await held(people.citizen, kind="self_handled")
    wrong = await settle(people.operator, receipt, "repair", kind="self_handled", note="")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "kind_impossible")
    answer = await settle(people.operator, receipt, "repair", note="")
    assert (answer.json()["kind"], answer.json()["case_state"]) == ("problem", "submitted")


async def test_an_inspectors_trifle_without_roles_is_closed_only_with_both(people: Crew) -> None:
    photos = [manifest(RED, 1, role="before"), manifest(GREEN, 2, role="after")]
    receipt = await held(people.inspector, RED, GREEN, photos=photos, schema_version=9, kind="self_handled")
    answer = await settle(people.operator, receipt, "repair", note="")
    assert (answer.json()["kind"], answer.json()["case_state"]) == ("self_handled", "closed")


async def test_a_refused_one_tells_its_reporter_why(people: Crew) -> None:
    receipt = await held(people.citizen, RED, GREEN, photos_sent=1, schema_version=9)
    answer = await settle(people.operator, receipt, "refuse", reason="不在本区", responsible="某县城管")
    assert (answer.json()["case_state"], answer.json()["report_state"]) == ("refused", "receiving")
    tracking = await people.citizen.get(f"tracking/{receipt['public_ref']}")
    assert tracking["refusal"] == {"reason": "不在本区", "responsible": "某县城管"}
    assert [one["stage"] for one in tracking["stages"]] == ["received", "refused"]
    history = (await people.operator.case(answer.json()["case_id"]))["history"]
    assert [(row["action"], row["to_state"]) for row in history] == [("submit", "submitted"), ("refuse", "refused")]
    missing = [photo for photo in receipt["photos"] if photo["slot"] == "expected"]
    last = await people.citizen.put_photo(f"reports/{receipt['id']}", missing[0]["id"], GREEN)
    assert (last.status_code, last.json()["state"]) == (201, "complete")


async def test_it_is_settled_once(people: Crew, session: AsyncSession) -> None:
    receipt = await held(people.citizen, schema_version=9)
    await settle(people.operator, receipt, "repair", note="")
    for how, body in (("repair", {"note": ""}), ("refuse", {"reason": "x"})):
        answer = await settle(people.operator, receipt, how, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_held")
    assert (await session.execute(text("select count(*) from cases"))).scalar_one() == 1


async def test_only_the_desk_settles_and_only_what_there_is(people: Crew) -> None:
    receipt = await held(people.citizen, schema_version=9)
    for sender, status in ((people.citizen, 401), (people.inspector, 403), (people.squad_a, 403)):
        assert (await settle(sender, receipt, "repair", note="")).status_code == status
        assert (await settle(sender, receipt, "refuse", reason="x")).status_code == status
    unknown = await settle(people.operator, {"id": str(UUID(int=7))}, "repair", note="")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_report")
    assert (await settle(people.operator, receipt, "refuse", reason=" ")).status_code == 400
    assert (await settle(people.operator, receipt, "repair", note="", number="1")).status_code == 400
