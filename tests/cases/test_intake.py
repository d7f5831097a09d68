"""`PUT /reports/{id}` answers as contract.md says, row by row."""

import asyncio
import hashlib
import json
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.core.clock import uuid7
from backend.core.db import Sessions
from backend.core.roles import Role
from backend.main import create_app
from backend.settings import Limits, Settings
from tests.conftest import TickingClock, make_settings
from tests.make import HERE, Sender, clear, digest, jpeg, make_world, manifest, phone, report_payload, staff


@pytest.fixture
async def citizen(app: Litestar, session: AsyncSession) -> Sender:
    await make_world(session)
    return await phone(app)


async def count(session: AsyncSession, table: str) -> int:
    return int((await session.execute(text(f"select count(*) from {table}"))).scalar_one())


async def test_a_new_report_is_answered_with_201_and_a_receipt_of_the_bytes(citizen: Sender) -> None:
    payload = report_payload()
    body, report_id = json.dumps(payload).encode(), uuid7()
    answer = await citizen.put(f"/api/v1/reports/{report_id}", body)
    receipt = answer.json()
    assert (answer.status_code, answer.headers["x-intake"]) == (201, "1")
    assert receipt["id"] == str(report_id)
    assert receipt["state"] == "receiving"
    assert bytes.fromhex(receipt["payload_sha256"]) == hashlib.sha256(body).digest()
    assert receipt["photos"] == [
        {"id": payload["photos"][0]["id"], "sha256": payload["photos"][0]["sha256"], "slot": "expected", "reason": None}
    ]
    assert len(receipt["public_ref"]) * 5 >= 100


async def test_the_same_bytes_again_are_the_same_receipt_and_no_second_case(
    citizen: Sender, session: AsyncSession
) -> None:
    payload, report_id = report_payload(), uuid7()
    first = await citizen.put_report(payload, report_id)
    second = await citizen.put_report(payload, report_id)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (await count(session, "report"), await count(session, "cases")) == (1, 1)


async def test_other_bytes_under_a_known_id_change_nothing(citizen: Sender, session: AsyncSession) -> None:
    report_id = uuid7()
    await citizen.put_report(report_payload(), report_id)
    answer = await citizen.put_report(report_payload(description="another"), report_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_bytes")
    assert (await session.execute(text("select description from report"))).scalar_one() == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"[]", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 30_000, "not_json"),
        (b'{"description": "' + b"x" * 70_000 + b'"}', "too_large"),
        (b'{"id": "00000000-0000-7000-8000-000000000000"}', "id_mismatch"),
    ],
)
async def test_what_is_no_report_at_all_is_refused_with_400(citizen: Sender, body: bytes, code: str) -> None:
    answer = await citizen.put(f"/api/v1/reports/{uuid7()}", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 99},
        {"photos": []},
        {"photos": [manifest(jpeg(), n) for n in range(1, 11)]},
        {"location": {"lon": 500, "lat": 1}},
        {"location": {"lon": float("nan"), "lat": 1}},
        {"consent": None},
        {"captured_at_device": "yesterday"},
        {"description": "nul \x00 inside"},
        {"description": "half a \ud800 pair"},
        {"captured_by": "not a uuid"},
        {"photos": "none"},
    ],
)
async def test_an_object_we_cannot_accept_is_held_whole(
    citizen: Sender, session: AsyncSession, changes: dict[str, object]
) -> None:
    body = json.dumps({**report_payload(), **changes}).encode()
    answer = await citizen.put(f"/api/v1/reports/{uuid7()}", body)
    assert (answer.status_code, answer.json()["state"]) == (202, "held")
    assert len(answer.json()["photos"]) <= 9
    assert (await session.execute(text("select payload from report"))).scalar_one() == body
    assert await count(session, "cases") == 0


async def test_a_held_report_takes_its_photos_by_id_and_digest(citizen: Sender) -> None:
    body = jpeg("red")
    payload = report_payload(body, schema_version=7)
    held = (await citizen.put_report(payload)).json()
    answer = await citizen.put_photo(f"reports/{held['id']}", payload["photos"][0]["id"], body)
    assert (answer.status_code, answer.json()["photos"][0]["slot"], answer.json()["state"]) == (201, "stored", "held")


async def test_staff_see_held_reports_as_they_came(citizen: Sender, app: Litestar, session: AsyncSession) -> None:
    await citizen.put_report(report_payload(schema_version=9))
    broken = json.dumps({**report_payload(), "description": "half \ud800"}).encode()
    await citizen.put(f"/api/v1/reports/{uuid7()}", broken)
    operator = await staff(app, session, "op", Role.OPERATOR)
    old, odd = (await operator.get("held"))["items"]
    assert (old["payload"]["schema_version"], old["detail"].split(":")[0]) == (9, "schema_version")
    assert odd["payload"]["description"].startswith("half ")
    assert (await operator.get("inbox"))["held_count"] == 2


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"category": None}, "no_category"),
        ({"category": "E9999"}, "unknown_category"),
        ({"location": None}, "no_place"),
        ({"location": {"lon": 0, "lat": 0, "source": "gps"}}, "no_place"),
        ({"location": {"lon": 2.35, "lat": 48.85, "source": "gps", "age_s": 1}}, "outside_grid"),
    ],
)
async def test_unknown_class_or_place_is_flagged_not_refused(
    citizen: Sender, session: AsyncSession, changes: dict[str, object], flag: str
) -> None:
    answer = await citizen.put_report(report_payload(**changes))
    assert answer.status_code == 201
    row = (await session.execute(text("select flags, squad_code, why from cases"))).one()
    assert flag in row.flags
    assert row.squad_code is not None
    assert row.why


async def test_a_report_of_somebody_else_is_not_yours(citizen: Sender, app: Litestar) -> None:
    payload, report_id = report_payload(), uuid7()
    await citizen.put_report(payload, report_id)
    other = await phone(app)
    answer = await other.put_report(payload, report_id)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    photo = await other.put_photo(f"reports/{report_id}", payload["photos"][0]["id"], jpeg())
    assert (photo.status_code, photo.json()["code"]) == (403, "not_yours")
    assert (await other.client.get(f"/api/v1/reports/{report_id}/receipt")).status_code == 404


async def test_an_expired_session_parks_an_inspectors_report_and_never_makes_it_a_strangers(
    citizen: Sender, app: Litestar, session: AsyncSession
) -> None:
    inspector = await staff(app, session, "ins", Role.INSPECTOR)
    payload = report_payload(captured_by=str(inspector.person_id))
    inspector.client.cookies.clear()
    answer = await inspector.put_report(payload)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")
    other = await staff(app, session, "ins2", Role.INSPECTOR)
    wrong = await other.put_report(payload)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_account")
    assert await count(session, "report") == 0


async def test_a_cookie_is_ignored_when_the_device_acts(citizen: Sender, app: Litestar, session: AsyncSession) -> None:
    inspector = await staff(app, session, "ins", Role.INSPECTOR)
    body = json.dumps(report_payload()).encode()
    answer = await inspector.put(f"/api/v1/reports/{uuid7()}", body)
    assert answer.status_code == 201
    row = (await session.execute(text("select captured_by, source from report, cases"))).one()
    assert (row.captured_by, row.source) == (None, "citizen")


async def test_a_session_that_another_site_uses_is_refused(
    citizen: Sender, app: Litestar, session: AsyncSession
) -> None:
    inspector = await staff(app, session, "ins", Role.INSPECTOR)
    body = json.dumps(report_payload(captured_by=str(inspector.person_id))).encode()
    answer = await inspector.put(f"/api/v1/reports/{uuid7()}", body, **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_a_damaged_report_is_told_to_come_again(citizen: Sender, session: AsyncSession) -> None:
    body = json.dumps(report_payload()).encode()
    answer = await citizen.client.put(
        f"/api/v1/reports/{uuid7()}", content=body + b" ", headers={"Content-Digest": digest(body)}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert await count(session, "report") == 0


async def test_the_receipt_is_the_truth_and_404_means_send_it_again(citizen: Sender) -> None:
    receipt = (await citizen.put_report(report_payload())).json()
    again = await citizen.client.get(f"/api/v1/reports/{receipt['id']}/receipt")
    assert again.json() == receipt
    unknown = await citizen.client.get(f"/api/v1/reports/{uuid7()}/receipt")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_report")
    lost = str(uuid7())
    checked = await citizen.client.post("/api/v1/receipts/check", json={"ids": [receipt["id"], lost]})
    assert ([one["id"] for one in checked.json()["receipts"]], checked.json()["unknown"]) == ([receipt["id"]], [lost])


async def test_one_address_may_not_stand_for_two_reports_of_one_photo_id(citizen: Sender) -> None:
    photo_id, body = uuid7(), jpeg("red")
    first = report_payload(photos=[manifest(body, photo_id=photo_id)])
    second = report_payload(photos=[manifest(body, photo_id=photo_id)])
    one, two = (await citizen.put_report(first)).json(), (await citizen.put_report(second)).json()
    await citizen.put_photo(f"reports/{one['id']}", str(photo_id), body)
    untouched = await citizen.get(f"reports/{two['id']}/receipt")
    assert untouched["photos"][0]["slot"] == "expected"


async def test_the_twenty_first_report_in_a_minute_waits(citizen: Sender, clock: TickingClock) -> None:
    for _ in range(20):
        assert (await citizen.put_report(report_payload())).status_code == 201
    answer = await citizen.put_report(report_payload())
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert int(answer.headers["retry-after"]) > 0
    clock.forward(seconds=61)
    assert (await citizen.put_report(report_payload())).status_code == 201


async def test_a_known_report_is_answered_even_past_the_limit(citizen: Sender) -> None:
    payload, report_id = report_payload(), uuid7()
    await citizen.put_report(payload, report_id)
    for _ in range(19):
        await citizen.put_report(report_payload())
    assert (await citizen.put_report(payload, report_id)).status_code == 200


async def test_a_full_disk_is_507_and_nothing_is_acknowledged(
    session: AsyncSession, sessions: Sessions, database_url: str, tmp_path: object, clock: TickingClock
) -> None:
    await make_world(session)
    limits = Limits(free_disk_bytes=2**62)
    full = create_app(make_settings(database_url, tmp_path, limits=limits), sessions=sessions, clock=clock)  # type: ignore[arg-type]
    sender = await phone(full)
    answer = await sender.put_report(report_payload())
    assert (answer.status_code, answer.json()["code"]) == (507, "no_space")
    assert await count(session, "report") == 0
    assert (await sender.client.get("/health/ready")).status_code == 503


async def test_creating_a_report_takes_at_most_five_statements(
    citizen: Sender, engine: AsyncEngine, app: Litestar, session: AsyncSession
) -> None:
    inspector = await staff(app, session, "ins", Role.INSPECTOR)
    for sender in (citizen, inspector):
        seen: list[str] = []

        def note(*args: object, seen: list[str] = seen) -> None:
            seen.append(str(args[2]))

        event.listen(engine.sync_engine, "before_cursor_execute", note)
        answer = await sender.put_report(report_payload(jpeg(), jpeg("red")))
        event.remove(engine.sync_engine, "before_cursor_execute", note)
        assert answer.status_code == 201
        counted = [one for one in seen if not one.startswith(("SAVEPOINT", "RELEASE"))]
        # The district's facts are kept for a minute by a server; tests read them each time.
        assert len([one for one in counted if "work_hours from district" not in one]) <= 5, counted


async def test_two_equal_requests_at_once_make_one_report(
    database_url: str, engine: AsyncEngine, settings: Settings, clock: TickingClock
) -> None:
    app = create_app(settings, clock=clock)
    async with app.lifespan():
        async with app.state.sessions() as session:
            await make_world(session)
        try:
            sender = await phone(app)
            payload, report_id = report_payload(), uuid7()
            answers = await asyncio.gather(*(sender.put_report(payload, report_id) for _ in range(6)))
            assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
            assert len({answer.text for answer in answers}) == 1
        finally:
            async with app.state.sessions() as session:
                await clear(session)


@pytest.mark.parametrize(
    ("location", "exif", "expected"),
    [
        ({"lon": HERE.lon, "lat": HERE.lat, "source": "pin"}, {"lon": 114.003, "lat": 30.003}, "pin"),
        ({"lon": HERE.lon, "lat": HERE.lat, "source": "gps", "age_s": 5}, {"lon": 114.003, "lat": 30.003}, "gps"),
        ({"lon": HERE.lon, "lat": HERE.lat, "source": "gps", "age_s": 900}, {"lon": 114.003, "lat": 30.003}, "exif"),
        (None, {"lon": 114.003, "lat": 30.003}, "exif"),
        ({"lon": HERE.lon, "lat": HERE.lat, "source": "demo", "age_s": 0}, None, "demo"),
        ({"lon": HERE.lon, "lat": HERE.lat, "source": "gps", "age_s": 900}, None, None),
    ],
)
async def test_pin_then_fresh_fix_then_exif_then_none(
    citizen: Sender, session: AsyncSession, location: object, exif: object, expected: str | None
) -> None:
    photos = [manifest(jpeg(), exif=exif)]
    await citizen.put_report(report_payload(location=location, photos=photos))
    assert (await session.execute(text("select place_source from cases"))).scalar_one() == expected


async def test_an_unknown_device_token_is_told_to_register_again(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer nobody"}
    answer = await client.put(f"/api/v1/reports/{uuid4()}", json=report_payload(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")
