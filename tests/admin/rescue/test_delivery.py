"""A rescue file: what a phone could not send is carried in by the desk, once, and the phone's later sync is a no-op."""

from typing import Any

from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.key import public_jwk
from backend.core.clock import uuid7
from backend.settings import Settings
from tests.admin.rescue_files import Phone, brought
from tests.identity.people import browser
from tests.make import Crew, Sender, jpeg, manifest, report_payload

SECRET = "a secret for the command, 40 characters."
RED, GREEN, BLUE = jpeg("red"), jpeg("green"), jpeg("blue")


async def has_signal(app: Litestar, phone: Phone) -> Sender:
    """The phone registers with its own pair, as it would when it gets signal."""
    client = browser(app)
    answer = await client.post("/api/v1/devices", json={"device_id": phone.device_id, "secret": phone.secret})
    assert answer.status_code in (200, 201), answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return Sender(client)


async def everything(session: AsyncSession) -> list[Any]:
    """All that a report or move has made, without what reading changes."""
    tables = ("report", "cases", "case_report", "case_history", "case_move", "photo", "pgqueuer", "device")
    return [
        [tuple(row) for row in await session.execute(text(f"select t.*::text from {table} t order by 1"))]
        for table in tables
    ]


async def count(session: AsyncSession, table: str) -> int:
    return int((await session.execute(text(f"select count(*) from {table}"))).scalar_one())


async def test_the_config_tells_the_key_and_never_its_private_half(people: Crew, settings: Settings) -> None:
    key = (await people.citizen.get("config"))["rescue_key"]
    assert key == public_jwk(settings.secret)
    assert set(key) == {"kty", "crv", "x", "y", "kid"}
    assert public_jwk("another secret of at least 32 characters")["x"] != key["x"]


async def test_what_was_rescued_is_answered_200_when_the_phone_sends_it_after_all(
    people: Crew, app: Litestar, session: AsyncSession, public: dict[str, Any]
) -> None:
    phone = Phone()
    payload = report_payload(RED, GREEN, description="没有信号的村")
    item = phone.report(payload, RED, GREEN)
    [result] = await brought(people.operator, phone.export(public))
    assert result == {
        "id": item["id"], "kind": "report", "result": "stored", "photos_stored": 2, "photos_missing": 0,
        "code": None, "detail": "",
    }  # fmt: skip
    [card] = (await people.operator.get("inbox"))["items"]
    assert (await people.operator.case(card["id"]))["description"] == "没有信号的村"
    before = await everything(session)
    sender = await has_signal(app, phone)
    again = await sender.put(f"/api/v1/reports/{item['id']}", item["payload"].encode())
    assert (again.status_code, again.json()["state"]) == (200, "complete")
    assert again.json()["payload_sha256"] == item["payload_sha256"]
    for entry, body in zip(payload["photos"], (RED, GREEN), strict=True):
        answer = await sender.put_photo(f"reports/{item['id']}", entry["id"], body)
        assert (answer.status_code, answer.json()) == (200, again.json())
    assert await everything(session) == before
    assert (await sender.get("mine"))["items"][0]["report_id"] == item["id"]


async def test_the_same_file_twice_changes_nothing(people: Crew, session: AsyncSession, public: dict[str, Any]) -> None:
    phone = Phone()
    phone.report(report_payload(RED), RED)
    phone.report(report_payload(GREEN), GREEN)
    file = phone.export(public)
    assert [item["result"] for item in await brought(people.operator, file)] == ["stored", "stored"]
    before = await everything(session)
    again = await brought(people.operator, file)
    assert [(item["result"], item["photos_stored"]) for item in again] == [("known", 1), ("known", 1)]
    assert await everything(session) == before


async def test_an_item_that_was_partly_sent_gets_its_missing_photos(
    people: Crew, app: Litestar, public: dict[str, Any]
) -> None:
    phone = Phone()
    payload = report_payload(RED, GREEN)
    item = phone.report(payload, RED, GREEN)
    sender = await has_signal(app, phone)
    await sender.put(f"/api/v1/reports/{item['id']}", item["payload"].encode())
    await sender.put_photo(f"reports/{item['id']}", payload["photos"][0]["id"], RED)
    [result] = await brought(people.operator, phone.export(public))
    assert (result["result"], result["photos_stored"], result["photos_missing"]) == ("known", 2, 0)
    assert (await sender.get(f"reports/{item['id']}/receipt"))["state"] == "complete"


async def test_a_persons_items_stay_the_persons_and_go_the_way_theirs_go(
    people: Crew, app: Litestar, session: AsyncSession, public: dict[str, Any]
) -> None:
    phone = Phone()
    item = phone.report(report_payload(RED, captured_by=str(people.inspector.person_id)), RED)
    [result] = await brought(people.inspector, phone.export(public))
    assert result["result"] == "stored"
    row = (await session.execute(text("select captured_by, device_id, source from report, cases"))).one()
    assert (row.captured_by, str(row.device_id)) == (people.inspector.person_id, phone.device_id)
    assert row.source == "inspector"
    assert len((await people.squad_a.get("queue"))["items"]) == 1
    assert (await people.inspector.get("mine"))["items"][0]["report_id"] == item["id"]


async def test_a_squads_answer_is_rescued_with_its_after_photo(people: Crew, public: dict[str, Any]) -> None:
    await people.inspector.report(RED)
    [card] = (await people.squad_a.get("queue"))["items"]
    phone = Phone()
    payload = {
        "action": "respond", "base_rev": card["rev"], "captured_by": str(people.squad_a.person_id), "note": "清了",
        "reason": "", "location": None, "data": {}, "photos": [manifest(GREEN)],
    }  # fmt: skip
    item = phone.move(card["id"], payload, GREEN)
    file = phone.export(public)
    [result] = await brought(people.squad_a, file)
    assert (result["kind"], result["result"], result["photos_stored"]) == ("move", "stored", 1)
    assert (await people.operator.case(card["id"]))["state"] == "responded"
    again = await people.squad_a.put(f"/api/v1/cases/{card['id']}/moves/{item['id']}", item["payload"].encode())
    assert (again.status_code, again.json()["state"]) == (200, "applied")
    assert (await brought(people.operator, file))[0]["result"] == "known"  # and by now this phone is known as theirs


async def test_nobody_is_believed_who_only_writes_a_name_into_a_file(
    people: Crew, session: AsyncSession, public: dict[str, Any]
) -> None:
    """A squad that passes its own work in an inspector's name gets nowhere by handing the file to the desk."""
    await people.inspector.report(RED)
    [card] = (await people.squad_a.get("queue"))["items"]
    await people.squad_a.move(card, "accept")
    await people.squad_a.move(await people.squad_a.case(card["id"]), "respond", BLUE)
    now = await people.squad_a.case(card["id"])
    forged = Phone()
    forged.move(card["id"], {
        "action": "check_pass", "base_rev": now["rev"], "captured_by": str(people.inspector.person_id), "note": "",
        "reason": "", "location": None, "data": {}, "photos": [],
    })  # fmt: skip
    file = forged.export(public)
    for who in (people.operator, people.squad_a):
        [result] = await brought(who, file)
        assert (result["result"], result["code"]) == ("refused", "owner_unproven")
    assert (await people.operator.case(card["id"]))["state"] == "responded"


async def test_an_answer_to_a_case_that_went_on_is_kept_as_conflicting(people: Crew, public: dict[str, Any]) -> None:
    await people.inspector.report(RED)
    [card] = (await people.squad_a.get("queue"))["items"]
    phone = Phone()
    payload = {
        "action": "respond", "base_rev": card["rev"], "captured_by": str(people.squad_a.person_id), "note": "",
        "reason": "", "location": None, "data": {}, "photos": [manifest(GREEN)],
    }  # fmt: skip
    phone.move(card["id"], payload, GREEN)
    await people.squad_a.move(card, "respond", BLUE)
    [result] = await brought(people.squad_a, phone.export(public))
    assert (result["result"], result["photos_stored"]) == ("conflicting", 1)


async def test_one_bad_item_does_not_stop_the_others(
    people: Crew, session: AsyncSession, public: dict[str, Any]
) -> None:
    phone = Phone()
    phone.report(report_payload(RED, captured_by=str(uuid7())), RED)
    phone.report(report_payload(GREEN), GREEN)["payload_sha256"] = "0" * 64
    phone.report(report_payload(BLUE, schema_version=9), BLUE)
    phone.move(str(uuid7()), {"action": "note", "captured_by": None, "photos": []})
    phone.items.append({"id": 7, "kind": "poem"})
    phone.report(report_payload(BLUE), BLUE)
    missing = phone.report(report_payload(RED, GREEN), RED, GREEN)
    del phone.photos[missing["photos"][1]["id"]]
    no_photo = report_payload(b"no photo at all")
    phone.report(no_photo, b"no photo at all")
    found = await brought(people.operator, phone.export(public))
    assert [(one["result"], one["code"], one["photos_stored"], one["photos_missing"]) for one in found] == [
        ("refused", "owner_unproven", 0, 0),
        ("refused", "digest_mismatch", 0, 0),
        ("held", "invalid_payload", 1, 0),
        ("refused", "not_found", 0, 0),
        ("refused", "bad_item", 0, 0),
        ("stored", None, 1, 0),
        ("stored", "photo_not_in_file", 1, 1),
        ("stored", "unsupported_image", 0, 0),
    ]
    assert await count(session, "report") == 4


async def test_what_belongs_to_another_phone_stays_untouched(
    people: Crew, session: AsyncSession, public: dict[str, Any]
) -> None:
    payload, report_id = report_payload(RED), uuid7()
    await people.citizen.put_report(payload, report_id)
    thief = Phone()
    thief.report(payload, RED, report_id=report_id)
    [result] = await brought(people.operator, thief.export(public))
    assert (result["result"], result["code"]) == ("refused", "not_yours")
    assert (await session.execute(text("select slot from photo"))).scalar_one() == "expected"


async def test_a_shift_of_reports_is_not_stopped_by_the_limits_of_a_minute(
    people: Crew, public: dict[str, Any]
) -> None:
    phone = Phone()
    for _ in range(25):
        phone.report(report_payload(RED), RED)
    assert {one["result"] for one in await brought(people.operator, phone.export(public))} == {"stored"}
