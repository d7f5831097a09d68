"""A rescue file: what a phone could not send is carried in by the desk, once, and the phone's later sync is a no-op."""

import base64
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.commands import rescue_import
from backend.admin.rescue.key import public_jwk
from backend.core.clock import uuid7
from backend.core.db import Sessions
from backend.main import create_app
from backend.settings import Limits, Settings
from tests.admin.rescue_files import Phone, rescue_file
from tests.conftest import SCHEMA, TickingClock, make_settings
from tests.identity.people import browser
from tests.make import Crew, Sender, crew, jpeg, make_world, manifest, report_payload

SECRET = "a secret for the command, 40 characters."
RED, GREEN, BLUE = jpeg("red"), jpeg("green"), jpeg("blue")


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


@pytest.fixture
def public(settings: Settings) -> dict[str, Any]:
    return public_jwk(settings.secret)


async def bring(desk: Sender, file: bytes) -> Any:
    return await desk.client.post("/api/v1/rescue", content=file, headers={"Content-Type": "application/zip"})


async def brought(desk: Sender, file: bytes) -> list[dict[str, Any]]:
    answer = await bring(desk, file)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


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


def cut(file: bytes) -> bytes:
    return file[: len(file) // 2]


def flip(file: bytes) -> bytes:
    """One changed byte in the manifest, with a checksum that fits."""
    return _rewritten(file, {"manifest.enc": lambda body: body[:40] + bytes([body[40] ^ 1]) + body[41:]})


def _rewritten(file: bytes, changes: dict[str, Callable[[bytes], bytes]], packing: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, lambda body: body)(old.read(name)))
    return out.getvalue()


def twice(file: bytes) -> bytes:
    out = io.BytesIO(file)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.enc", b"another")
    return out.getvalue()


def huge_directory(file: bytes) -> bytes:
    """A file that says of its directory that it has 2 GB."""
    end = file.rindex(b"PK\5\6")
    return file[: end + 12] + struct.pack("<L", 2**31) + file[end + 16 :]


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "empty": (lambda _: b"", 400, "rescue_unreadable"),
    "no zip": (lambda _: b"hello" * 1000, 400, "rescue_unreadable"),
    "truncated": (cut, 400, "rescue_unreadable"),
    "a byte is missing in front": (lambda file: file[1:], 400, "rescue_unreadable"),
    "without a key": (lambda file: _without(file, "key.jwe"), 400, "rescue_unreadable"),
    "without a manifest": (lambda file: _without(file, "manifest.enc"), 400, "rescue_unreadable"),
    "tampered manifest": (flip, 422, "rescue_damaged"),
    "tampered key": (
        lambda file: _rewritten(file, {"key.jwe": lambda body: body[:-8] + b"AAAAAAAA"}), 422, "rescue_damaged"
    ),
    "key that is none": (lambda file: _rewritten(file, {"key.jwe": lambda _: b"a.b.c"}), 400, "rescue_unreadable"),
    "zip bomb": (
        lambda file: _rewritten(file, {"manifest.enc": lambda _: b"\0" * 50_000_000}, zipfile.ZIP_DEFLATED),
        400, "rescue_unreadable",
    ),
    "two manifests": (twice, 400, "rescue_unreadable"),
    "directory bomb": (huge_directory, 400, "rescue_unreadable"),
}  # fmt: skip


def _without(file: bytes, gone: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != gone:
                new.writestr(name, old.read(name))
    return out.getvalue()


@pytest.mark.parametrize("how", list(HOSTILE))
async def test_a_broken_or_hostile_file_is_one_clear_problem_and_leaves_nothing(
    people: Crew, session: AsyncSession, settings: Settings, public: dict[str, Any], how: str
) -> None:
    change, status, code = HOSTILE[how]
    phone = Phone()
    phone.report(report_payload(RED), RED)
    devices = await count(session, "device")
    answer = await bring(people.operator, change(phone.export(public)))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await count(session, "report"), await count(session, "device")) == (0, devices)
    assert list(settings.spool.iterdir()) == []


@pytest.mark.parametrize(
    "manifest_of",
    [
        lambda _: [],
        lambda good: {**good, "v": 2},
        lambda good: {**good, "device": {}},
        lambda good: {**good, "items": [{}] * 5001},
    ],
)
async def test_a_manifest_that_is_not_ours_is_refused_whole(
    people: Crew, session: AsyncSession, public: dict[str, Any], manifest_of: Callable[[Any], Any]
) -> None:
    phone = Phone()
    phone.report(report_payload(RED), RED)
    answer = await bring(people.operator, rescue_file(public, manifest_of(phone.manifest()), phone.photos))
    assert (answer.status_code, answer.json()["code"]) == (400, "rescue_unreadable")
    assert await count(session, "report") == 0


async def test_a_file_for_another_server_is_said_to_be_so(people: Crew, public: dict[str, Any]) -> None:
    phone = Phone()
    phone.report(report_payload(RED), RED)
    other = public_jwk("another secret of at least 32 characters")
    answer = await bring(people.operator, phone.export(other))
    assert (answer.status_code, answer.json()["code"]) == (422, "rescue_other_key")
    pretending = await bring(people.operator, phone.export(other, kid=public["kid"]))
    assert (pretending.status_code, pretending.json()["code"]) == (422, "rescue_damaged")


async def test_a_photo_moved_to_another_name_is_not_taken_and_the_report_stays(
    people: Crew, public: dict[str, Any]
) -> None:
    phone = Phone()
    first, second = phone.report(report_payload(RED), RED), phone.report(report_payload(GREEN), GREEN)
    names = [f"photos/{item['photos'][0]['id']}.enc" for item in (first, second)]
    file = phone.export(public)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        other = archive.read(names[1])
    found = await brought(people.operator, _rewritten(file, {names[0]: lambda _: other}))
    assert [(one["result"], one["code"], one["photos_missing"]) for one in found] == [
        ("stored", "rescue_damaged", 1),
        ("stored", None, 0),
    ]


async def test_a_phone_with_another_secret_under_a_known_id_is_refused(people: Crew, public: dict[str, Any]) -> None:
    phone = Phone()
    phone.report(report_payload(RED), RED)
    await brought(people.operator, phone.export(public))
    forged = Phone(device_id=phone.device_id, secret="t" * 43)
    forged.report(report_payload(GREEN), GREEN)
    answer = await bring(people.operator, forged.export(public))
    assert (answer.status_code, answer.json()["code"]) == (403, "secret_differs")


async def test_only_staff_may_bring_one_and_only_the_desk_a_citizens(
    people: Crew, session: AsyncSession, public: dict[str, Any]
) -> None:
    phone = Phone()
    phone.report(report_payload(RED), RED)
    file = phone.export(public)
    assert (await bring(people.citizen, file)).status_code == 401
    for sender in (people.inspector, people.squad_a):
        [result] = await brought(sender, file)
        assert (result["result"], result["code"]) == ("refused", "owner_unproven")
    across = await people.operator.client.post("/api/v1/rescue", content=file, headers={"Sec-Fetch-Site": "cross-site"})
    assert (across.status_code, across.json()["code"]) == (403, "cross_site")
    assert await count(session, "report") == 0


async def test_a_key_header_cannot_ask_for_another_algorithm(people: Crew, public: dict[str, Any]) -> None:
    phone = Phone()
    phone.report(report_payload(RED), RED)
    header = {"alg": "dir", "enc": "A256GCM", "kid": public["kid"]}
    token = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=") + "..AAAAAAAAAAAAAAAA.AAAA.AAAA"
    answer = await bring(people.operator, phone.export(public, entries={"key.jwe": token.encode()}))
    assert (answer.status_code, answer.json()["code"]) == (422, "rescue_damaged")


def command(database_url: str, folder: Path, file: Path, secret: str = SECRET) -> Result:
    env = {
        "DATABASE_URL": database_url,
        "XUNCHENG_SCHEMA": SCHEMA,
        "XUNCHENG_SECRET": secret,
        "XUNCHENG_STORE": f"folder:{folder / 'store'}",
        "XUNCHENG_SPOOL": str(folder / "spool"),
        "COLUMNS": "300",
    }
    return CliRunner().invoke(rescue_import, [str(file)], env=env)


def test_the_command_shows_what_became_of_each_item_and_fails_when_one_was_refused(
    database_url: str, tmp_path: Path
) -> None:
    phone = Phone()
    item = phone.report(report_payload(RED, captured_by=str(uuid7())), RED)
    file = tmp_path / "unsent.zip"
    file.write_bytes(phone.export(public_jwk(SECRET)))
    result = command(database_url, tmp_path, file)
    assert result.exit_code == 1
    assert all(word in result.output for word in (item["id"], "refused", "unknown_owner"))
    assert list((tmp_path / "spool").iterdir()) == []


def test_the_command_says_in_one_line_why_it_took_nothing(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "unsent.zip"
    file.write_bytes(Phone().export(public_jwk(SECRET)))
    other = command(database_url, tmp_path, file, secret="another secret of at least 32 characters")
    assert (other.exit_code, other.output.startswith("Error: rescue_other_key")) == (1, True)
    file.write_bytes(file.read_bytes()[:200])
    cut_off = command(database_url, tmp_path, file)
    assert (cut_off.exit_code, cut_off.output.count("\n")) == (1, 1)
    assert cut_off.output.startswith("Error: rescue_unreadable")


async def test_a_file_that_says_it_is_larger_than_2_gb_is_not_read(people: Crew, settings: Settings) -> None:
    headers = {"Content-Type": "application/zip", "Content-Length": str(3 * 1024**3)}
    answer = await people.operator.client.post("/api/v1/rescue", content=b"PK", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert list(settings.spool.iterdir()) == []


async def test_a_full_disk_takes_no_file_and_says_when_to_come_again(
    people: Crew, sessions: Sessions, database_url: str, tmp_path: Path, clock: TickingClock, public: dict[str, Any]
) -> None:
    full = make_settings(database_url, tmp_path, limits=Limits(free_disk_bytes=2**62))
    desk = browser(create_app(full, sessions=sessions, clock=clock))
    desk.cookies = people.operator.client.cookies
    answer = await desk.post("/api/v1/rescue", content=Phone().export(public))
    assert (answer.status_code, answer.json()["code"], "retry-after" in answer.headers) == (507, "no_space", True)
