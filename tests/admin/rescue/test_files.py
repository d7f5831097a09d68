"""A rescue file that is broken, hostile, or brought by whoever may not: one clear answer, and nothing is left of it."""

import base64
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.key import public_jwk
from backend.core.db import Sessions
from backend.main import create_app
from backend.settings import Limits, Settings
from tests.admin.rescue_files import Phone, bring, brought, rescue_file
from tests.conftest import TickingClock, make_settings
from tests.identity.people import browser
from tests.make import Crew, jpeg, report_payload

SECRET = "a secret for the command, 40 characters."
RED, GREEN, BLUE = jpeg("red"), jpeg("green"), jpeg("blue")


async def everything(session: AsyncSession) -> list[Any]:
    """All that a report or move has made, without what reading changes."""
    tables = ("report", "cases", "case_report", "case_history", "case_move", "photo", "pgqueuer", "device")
    return [
        [tuple(row) for row in await session.execute(text(f"select t.*::text from {table} t order by 1"))]
        for table in tables
    ]


async def count(session: AsyncSession, table: str) -> int:
    return int((await session.execute(text(f"select count(*) from {table}"))).scalar_one())


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
