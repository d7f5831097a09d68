"""Moves travel like reports: idempotent, parked when stale, never thrown away."""

import json

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from tests.make import Crew, crew, jpeg, make_world, manifest


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def dispatched(people: Crew) -> dict[str, object]:
    await people.inspector.report()
    case: dict[str, object] = (await people.squad_a.get("queue"))["items"][0]
    return case


async def test_the_same_move_twice_is_done_once(people: Crew) -> None:
    case, move_id = await dispatched(people), uuid7()
    first = await people.squad_a.move(case, "accept", move_id=move_id)
    second = await people.squad_a.move(case, "accept", move_id=move_id)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["state"] == "applied"
    history = (await people.squad_a.case(str(case["id"])))["history"]
    assert [row["action"] for row in history].count("accept") == 1


async def test_other_bytes_under_a_moves_id_are_409(people: Crew) -> None:
    case, move_id = await dispatched(people), uuid7()
    await people.squad_a.move(case, "accept", move_id=move_id)
    answer = await people.squad_a.move(case, "accept", move_id=move_id, note="another")
    assert (answer.status_code, answer.json()["code"]) == (409, "other_bytes")


async def test_a_stale_after_photo_is_kept_as_conflicting(people: Crew) -> None:
    case = await dispatched(people)
    await people.squad_a.move(case, "accept")
    answer = await people.squad_a.move(case, "respond", jpeg("green"))
    receipt = answer.json()
    assert (answer.status_code, receipt["state"], receipt["case"]["state"]) == (201, "conflicting", "accepted")
    assert receipt["photos"][0]["slot"] == "stored"
    fresh = await people.squad_a.case(str(case["id"]))
    assert fresh["state"] == "accepted"
    again = await people.squad_a.move(fresh, "respond", jpeg("green"))
    assert again.json()["state"] == "applied"


async def test_a_case_that_moves_on_while_photos_travel_parks_the_move(people: Crew) -> None:
    case, body, move_id = await dispatched(people), jpeg("green"), uuid7()
    payload = {
        "action": "respond",
        "base_rev": case["rev"],
        "captured_by": str(people.squad_a.person_id),
        "photos": [manifest(body)],
    }
    owner = f"cases/{case['id']}/moves/{move_id}"
    waiting = await people.squad_a.put(f"/api/v1/{owner}", json.dumps(payload).encode())
    assert waiting.json()["state"] == "receiving"
    await people.squad_a.move(case, "accept")
    photo_id = payload["photos"][0]["id"]  # type: ignore[index]
    answer = await people.squad_a.put_photo(owner, photo_id, body)
    assert (answer.status_code, answer.json()["state"]) == (201, "conflicting")


async def test_a_response_without_a_photo_is_refused(people: Crew) -> None:
    answer = await people.squad_a.move(await dispatched(people), "respond")
    assert (answer.status_code, answer.json()["code"]) == (422, "photo_required")


async def test_a_response_whose_only_photo_is_no_picture_is_held_not_counted(people: Crew) -> None:
    case = await dispatched(people)
    answer = await people.squad_a.move(case, "respond", b"<svg onload='x'/>")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_image")
    assert (await people.squad_a.case(str(case["id"])))["state"] == "dispatched"


async def test_a_note_arrives_on_any_revision_and_changes_no_state(people: Crew) -> None:
    case = await dispatched(people)
    await people.squad_a.move(case, "accept")
    noted = await people.squad_a.move(case, "note", note="需要吊车")
    assert noted.json()["state"] == "applied"
    page = await people.squad_a.case(str(case["id"]))
    assert (page["state"], page["history"][-1]["note"]) == ("accepted", "需要吊车")


async def test_where_a_response_was_photographed_is_noted_and_refuses_nothing(people: Crew) -> None:
    case = await dispatched(people)
    far = {"lon": 114.01, "lat": 30.01, "accuracy_m": 5, "source": "gps"}
    await people.squad_a.move(case, "respond", jpeg("green"), location=far)
    page = await people.inspector.case(str(case["id"]))
    assert 1000 < page["history"][-1]["data"]["distance_m"] < 1600


async def test_a_withdrawn_report_is_off_the_desk(people: Crew) -> None:
    await people.citizen.report()
    [mine] = (await people.citizen.get("mine"))["items"]
    case = await people.citizen.case(mine["case_id"])
    assert (await people.citizen.move(case, "withdraw")).json()["case"]["state"] == "withdrawn"
    assert (await people.operator.get("inbox"))["items"] == []


async def test_the_history_of_a_case_cannot_be_rewritten(people: Crew, session: AsyncSession) -> None:
    await dispatched(people)
    for statement in ("update case_history set note = 'x'", "delete from case_history"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with session.begin_nested():
                await session.execute(text(statement))


async def test_a_move_says_who_it_is_only_to_its_maker(people: Crew) -> None:
    case, move_id = await dispatched(people), uuid7()
    await people.squad_a.move(case, "accept", move_id=move_id)
    path = f"/api/v1/cases/{case['id']}/moves/{move_id}/receipt"
    own: httpx.Response = await people.squad_a.client.get(path)
    other = await people.inspector.client.get(path)
    assert (own.status_code, own.json()["state"]) == (200, "applied")
    assert (other.status_code, other.json()["code"]) == (403, "not_yours")


async def test_the_queue_is_by_due_time_and_pages_by_cursor(people: Crew) -> None:
    for condition in ("02", "01", "02"):
        await people.inspector.report(category="C0101", condition=condition)
    page = await people.squad_a.get("queue", limit=2)
    rest = await people.squad_a.get("queue", limit=2, cursor=page["next"])
    due = [item["due_at"] for item in (*page["items"], *rest["items"])]
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert due == sorted(due)
    bad = await people.squad_a.client.get("/api/v1/queue", params={"cursor": "nonsense"})
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_cursor")


async def test_a_note_makes_no_answer_stale(people: Crew) -> None:
    case = await dispatched(people)
    assert (await people.operator.move(case, "note", note="请先围挡")).json()["state"] == "applied"
    answered = await people.squad_a.move(case, "respond", jpeg("green"))
    assert (answered.json()["state"], answered.json()["case"]["state"]) == ("applied", "responded")
