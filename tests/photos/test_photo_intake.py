"""`PUT …/photos/{id}` answers as contract.md says; what is shown is our own encoding, behind a signed address."""

import io
from pathlib import Path

import piexif
import pytest
from litestar import Litestar
from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from backend.core.db import Sessions
from backend.core.roles import Role
from backend.main import create_app
from backend.settings import Limits, Settings
from tests.conftest import TickingClock, make_settings
from tests.make import Sender, digest, jpeg, make_world, phone, report_payload, staff, work_off


@pytest.fixture
async def citizen(app: Litestar, session: AsyncSession) -> Sender:
    await make_world(session)
    return await phone(app)


async def announced(citizen: Sender, *bodies: bytes) -> tuple[str, list[str]]:
    """A report whose photos are still to come: its path and their ids."""
    payload = report_payload(*bodies)
    receipt = (await citizen.put_report(payload)).json()
    return f"reports/{receipt['id']}", [photo["id"] for photo in payload["photos"]]


async def test_a_photo_is_stored_once_and_answered_alike_ever_after(citizen: Sender, app: Litestar) -> None:
    owner, [photo_id] = await announced(citizen, jpeg("red"))
    first = await citizen.put_photo(owner, photo_id, jpeg("red"))
    second = await citizen.put_photo(owner, photo_id, jpeg("red"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (first.json()["state"], first.json()["photos"][0]["slot"]) == ("complete", "stored")


async def test_the_original_is_kept_byte_for_byte_and_shown_to_nobody(
    citizen: Sender, app: Litestar, session: AsyncSession, settings: Settings
) -> None:
    body = jpeg("red") + b"a tail that was not ours"
    receipt = await citizen.report(body)
    key = (await session.execute(text("select store_key from photo"))).scalar_one()
    assert b"".join(app.state.photos.store.open(key)) == body
    for path in (f"/m/{key}", f"/{key}", f"/m/{receipt['photos'][0]['sha256']}"):
        assert (await citizen.client.get(path)).status_code in (400, 404)


async def test_a_report_is_complete_only_with_its_last_photo(citizen: Sender) -> None:
    bodies = jpeg("red"), jpeg("green"), jpeg("blue")
    owner, ids = await announced(citizen, *bodies)
    states = [
        (await citizen.put_photo(owner, one, body)).json()["state"] for one, body in zip(ids, bodies, strict=True)
    ]
    assert states == ["receiving", "receiving", "complete"]


async def test_two_equal_photos_in_one_report_are_two_photos(citizen: Sender) -> None:
    receipt = await citizen.report(jpeg("red"), jpeg("red"))
    assert [photo["slot"] for photo in receipt["photos"]] == ["stored", "stored"]


async def test_a_photo_of_an_unknown_report_sends_the_phone_back_to_the_report(citizen: Sender) -> None:
    answer = await citizen.put_photo(f"reports/{uuid7()}", str(uuid7()), jpeg())
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_report")


async def test_a_photo_that_was_not_announced_is_409(citizen: Sender) -> None:
    owner, _ = await announced(citizen, jpeg())
    answer = await citizen.put_photo(owner, str(uuid7()), jpeg())
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_manifest")


async def test_other_bytes_than_announced_are_409_and_leave_the_slot_open(citizen: Sender) -> None:
    owner, [photo_id] = await announced(citizen, jpeg("red"))
    answer = await citizen.put_photo(owner, photo_id, jpeg("green"))
    assert (answer.status_code, answer.json()["code"]) == (409, "digest_differs")
    assert (await citizen.get(f"{owner}/receipt"))["photos"][0]["slot"] == "expected"


async def test_bytes_damaged_on_the_way_are_422_and_leave_nothing_behind(
    citizen: Sender, settings: Settings, session: AsyncSession
) -> None:
    body = jpeg("red")
    owner, [photo_id] = await announced(citizen, body)
    for damaged in (body[:-100], body + b"x", b""):
        answer = await citizen.client.put(
            f"/api/v1/{owner}/photos/{photo_id}",
            content=damaged,
            headers={"Content-Digest": digest(body), "Content-Type": "image/jpeg"},
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert list(settings.spool.iterdir()) == []
    assert not [path for path in Path(settings.store.removeprefix("folder:")).rglob("*") if path.is_file()]
    assert (await session.execute(text("select count(*) from pgqueuer"))).scalar_one() == 0


@pytest.mark.parametrize("body", [b"<svg onload='alert(1)'/>", b"GIF89a" + b"\0" * 40, b"", b"%PDF-1.4"])
async def test_what_is_no_photo_is_refused_for_good_and_the_report_goes_on(citizen: Sender, body: bytes) -> None:
    owner, ids = await announced(citizen, body, jpeg())
    answer = await citizen.put_photo(owner, ids[0], body)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_image")
    again = await citizen.put_photo(owner, ids[0], body)
    assert again.status_code == 415
    last = await citizen.put_photo(owner, ids[1], jpeg())
    assert last.json()["state"] == "complete"
    assert [photo["slot"] for photo in last.json()["photos"]] == ["refused", "stored"]


async def test_more_pixels_or_bytes_than_allowed_are_413(
    session: AsyncSession, sessions: Sessions, database_url: str, tmp_path: Path, clock: TickingClock
) -> None:
    await make_world(session)
    limits = Limits(photo_pixels=100_000, photo_bytes=20_000)
    small = create_app(make_settings(database_url, tmp_path, limits=limits), sessions=sessions, clock=clock)
    sender = await phone(small)
    for body in (jpeg("red", (640, 480)), jpeg("red") + b"x" * 30_000):
        owner, [photo_id] = await announced(sender, body)
        answer = await sender.put_photo(owner, photo_id, body)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_damaged_picture_stays_unreadable_and_stops_nothing(
    citizen: Sender, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    broken = jpeg("red")[:300]
    receipt = await citizen.report(broken, jpeg("green"))
    assert receipt["state"] == "complete"
    assert sorted(await work_off(app, sessions, clock)) == ["done", "unreadable"]
    seen = await citizen.get(f"tracking/{receipt['public_ref']}")
    assert [photo["state"] for photo in seen["before"]] == ["unreadable", "derived"]
    assert seen["before"][0]["large"] is None


async def test_what_is_shown_is_upright_small_and_without_metadata(
    citizen: Sender, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker"
    Image.new("RGB", (2000, 1000), "red").save(out, "JPEG", exif=exif)
    receipt = await citizen.report(out.getvalue() + b"tail")
    await work_off(app, sessions, clock)
    photo = (await citizen.get(f"tracking/{receipt['public_ref']}"))["before"][0]
    for name, size in (("thumb", (160, 320)), ("medium", (320, 640)), ("large", (800, 1600))):
        answer = await citizen.client.get(photo[name])
        picture = Image.open(io.BytesIO(answer.content))
        assert (answer.headers["content-type"], picture.format) == ("image/webp", "WEBP")
        assert picture.size == size
        assert not picture.getexif()
        assert b"tail" not in answer.content
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"].startswith("private")


async def test_a_photos_address_expires_and_cannot_be_altered(
    citizen: Sender, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    receipt = await citizen.report()
    await work_off(app, sessions, clock)
    url = (await citizen.get(f"tracking/{receipt['public_ref']}"))["before"][0]["thumb"]
    assert (await citizen.client.get(url)).status_code == 200
    assert (await citizen.client.get(url.replace("-320", "-1600"))).status_code == 404
    assert (await citizen.client.get(url[:-1] + ("0" if url[-1] != "0" else "1"))).status_code == 404
    clock.forward(minutes=21)
    expired = await citizen.client.get(url)
    assert (expired.status_code, expired.json()["code"]) == (404, "link_expired")


async def test_a_staff_address_opens_only_for_that_person(
    citizen: Sender, app: Litestar, session: AsyncSession, sessions: Sessions, clock: TickingClock
) -> None:
    await citizen.report()
    await work_off(app, sessions, clock)
    operator = await staff(app, session, "op", Role.OPERATOR)
    [card] = (await operator.get("inbox"))["items"]
    assert (await operator.client.get(card["photo"])).status_code == 200
    assert (await citizen.client.get(card["photo"])).status_code == 404


async def test_a_position_that_only_the_photo_knows_routes_the_case_again(
    citizen: Sender, session: AsyncSession
) -> None:
    gps = {1: b"N", 2: ((30, 1), (0, 1), (12, 1)), 3: b"E", 4: ((114, 1), (0, 1), (12, 1))}
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=piexif.dump({"GPS": gps}))
    await citizen.report(out.getvalue(), location=None)
    row = (await session.execute(text("select place_source, squad_code, flags from cases"))).one()
    assert (row.place_source, row.squad_code) == ("exif", "T-B")
    assert "no_place" not in row.flags
    actions = (await session.execute(text("select action from case_history order by id"))).scalars().all()
    assert actions == ["submit", "placed"]


async def test_a_days_worth_of_bytes_is_enough(
    session: AsyncSession, sessions: Sessions, database_url: str, tmp_path: Path, clock: TickingClock
) -> None:
    await make_world(session)
    limits = Limits(photo_bytes_per_day=len(jpeg("red")))
    app = create_app(make_settings(database_url, tmp_path, limits=limits), sessions=sessions, clock=clock)
    sender = await phone(app)
    owner, ids = await announced(sender, jpeg("red"), jpeg("green"))
    assert (await sender.put_photo(owner, ids[0], jpeg("red"))).status_code == 201
    answer = await sender.put_photo(owner, ids[1], jpeg("green"))
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    clock.forward(days=1, seconds=1)
    assert (await sender.put_photo(owner, ids[1], jpeg("green"))).status_code == 201


async def test_hostile_files_never_break_the_server_and_never_come_back_as_they_were(
    citizen: Sender, app: Litestar, sessions: Sessions, clock: TickingClock, shared: Path
) -> None:
    files = sorted((shared / "hostile").iterdir())
    assert files
    for path in files:
        body = path.read_bytes()
        clock.forward(minutes=1)
        owner, [photo_id] = await announced(citizen, body)
        answer = await citizen.put_photo(owner, photo_id, body)
        assert answer.status_code in (201, 413, 415), (path.name, answer.text)
        await work_off(app, sessions, clock)
    for mine in (await citizen.get("mine", limit=100))["items"]:
        for photo in (await citizen.get(f"tracking/{mine['public_ref']}"))["before"]:
            if photo["large"]:
                shown = await citizen.client.get(photo["large"])
                assert shown.headers["content-type"] == "image/webp"
                assert Image.open(io.BytesIO(shown.content)).format == "WEBP"
