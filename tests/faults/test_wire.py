"""What a phone may say that is wrong, late, twice or somebody else's, and what the server makes of it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.core.clock import uuid7
from tests.faults.conftest import SEEDS, Judge
from tests.faults.phone import Phone, case_move, photo
from tests.faults.world import World, until


@pytest.mark.row(21)
async def test_a_captive_portal_convinces_no_phone(world: World, phone: Phone, judge: Judge) -> None:
    report = phone.capture(2)
    world.proxy.set("html200")
    for _ in range(3):
        assert not await phone.sync_once()
    assert not report.known
    world.proxy.lift()
    await until(lambda: phone.put_payload(report), "the report is known")
    world.proxy.set("html200", "photos/")
    for _ in range(3):
        assert not await phone.sync_once()
    assert phone.statuses("photo") == [200, 200, 200]
    assert not report.stored
    await judge(phone, all_arrived=False)
    world.proxy.lift()
    await phone.sync()
    await judge(phone)


@pytest.mark.row(22)
@pytest.mark.parametrize("status", [502, 503, 429])
async def test_bursts_of_a_gateways_errors_lose_nothing(world: World, phone: Phone, judge: Judge, status: int) -> None:
    phone.capture(2)
    fault = world.proxy.set("http", "PUT", status=status, retry_after=1, times=5)
    await phone.sync()
    assert fault.met == 5
    assert (phone.statuses("payload") + phone.statuses("photo")).count(status) == 5
    await judge(phone)


@pytest.mark.row(35)
async def test_a_revoked_phone_registers_again_and_a_blocked_one_sends_nothing(
    world: World, phone: Phone, judge: Judge
) -> None:
    phone.capture(1)
    await phone.sync()
    phone.capture(2)
    await world.ask("update device set revoked_at = now() where id = $1", phone.device)
    await phone.sync()
    assert 401 in phone.statuses("payload")
    await judge(phone)
    blocked = phone.capture(1)
    await world.ask("update device set revoked_at = now(), blocked_at = now() where id = $1", phone.device)
    for _ in range(3):
        assert not await phone.sync_once()
    assert await world.ask("select count(*) from report where id = $1", blocked.id) == 0
    await world.ask("update device set blocked_at = null where id = $1", phone.device)
    await phone.sync()
    await judge(phone)


@pytest.mark.row(35)
async def test_an_inspectors_report_goes_under_nobody_elses_name(world: World, phone: Phone, judge: Judge) -> None:
    await phone.sign_in("inspector1")
    report = phone.capture(1)
    phone.client.cookies.clear()  # the session ended while there was no network
    assert not await phone.sync_once()
    assert phone.statuses("payload") == [401]
    inspector = phone.person
    await phone.sign_in("inspector2")  # a colleague takes the phone
    assert phone.person != inspector
    assert not await phone.sync_once()
    assert phone.statuses("payload")[-1] == 403
    assert await world.ask("select count(*) from report where id = $1", report.id) == 0
    theirs = phone.capture(1)
    assert await phone.put_payload(theirs)
    assert await phone.put_photo(theirs, next(iter(theirs.photos)))
    await phone.sign_in("inspector1")
    await phone.sync()
    await judge(phone)


@pytest.mark.row(37)
@pytest.mark.parametrize("off", [timedelta(days=-3), timedelta(days=730), timedelta(seconds=0)], ids=str)
async def test_a_phone_whose_clock_is_wrong_is_taken_and_ordered_by_when_it_came(
    world: World, phone: Phone, judge: Judge, off: timedelta
) -> None:
    wrong = (datetime.now(UTC) + off).isoformat()
    offset = -int(off.total_seconds() * 1000)
    where = {"lon": 112.82, "lat": 28.353, "accuracy_m": 9.0, "fix_at": wrong, "source": "gps", "age_s": 1.0}
    late = phone.capture(1, captured_at_device=wrong, clock_offset_ms=offset, location=where)
    await phone.sync()
    after = phone.capture(1)
    await phone.sync()
    assert phone.statuses("payload") == [201, 201]
    times = "select received_at from report where id = $1"
    assert await world.ask(times, late.id) < await world.ask(times, after.id)
    assert abs(await world.ask(times, late.id) - datetime.now(UTC)) < timedelta(minutes=5)
    assert await world.ask("select clock_offset_ms from report where id = $1", late.id) == offset
    assert await world.ask("select state from report where id = $1", late.id) == "complete"
    await judge(phone)


@pytest.mark.row(40)
async def test_the_same_photo_twice_in_one_report_is_two_rows_and_one_object(
    world: World, phone: Phone, judge: Judge
) -> None:
    body = photo(phone.chance)
    report = phone.capture([body, body])
    await phone.sync()
    rows = "select count(*) from photo where intake_id = $1"
    keys = "select count(distinct store_key) from photo where intake_id = $1"
    assert (await world.ask(rows, report.id), await world.ask(keys, report.id)) == (2, 1)
    await judge(phone)


@pytest.mark.row(41)
async def test_the_same_id_with_other_bytes_is_refused_and_the_first_stays(
    world: World, phone: Phone, judge: Judge
) -> None:
    report = phone.capture(1)
    await phone.sync()
    other = json.dumps(json.loads(report.promise.payload) | {"description": "改过"}).encode()
    answer = await phone.send(f"/api/v1/reports/{report.id}", other)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_bytes")
    (photo_id,) = report.photos
    answer = await phone.send(f"/api/v1/reports/{report.id}/photos/{photo_id}", photo(phone.chance), "image/jpeg")
    assert (answer.status_code, answer.json()["code"]) == (409, "digest_differs")
    stranger = world.phone()
    answer = await stranger.send(f"/api/v1/reports/{report.id}", report.promise.payload)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    await stranger.close()
    await judge(phone)


@pytest.mark.row(42)
async def test_a_photo_before_its_report_is_told_so_and_both_arrive(world: World, phone: Phone, judge: Judge) -> None:
    report = phone.capture(1)
    (photo_id,) = report.photos
    assert not await phone.put_photo(report, photo_id)
    assert phone.statuses("photo") == [404]
    report.known = True  # as a phone whose server came back from a backup
    await phone.sync()
    assert phone.statuses("photo") == [404, 404, 201]
    await judge(phone)


@pytest.mark.row(43)
@pytest.mark.parametrize(
    "wrong",
    [
        {"location": "at the corner"},
        {"captured_at_device": "yesterday"},
        {"schema_version": 99},
        {"description": {"not": "text"}},
        {"kind": "a kind of next year"},
        {"captured_at_device": "0001-01-01T00:00:00+14:00"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_report_that_cannot_be_accepted_is_kept_whole_and_stops_no_other(
    world: World, phone: Phone, judge: Judge, wrong: dict[str, Any]
) -> None:
    phone.capture(1)
    poison = phone.capture(2, **wrong)
    phone.capture(1)
    await phone.sync()
    assert sorted(phone.statuses("payload")) == [201, 201, 202]
    assert poison.promise.held
    assert await world.ask("select count(*) from case_report where report_id = $1", poison.id) == 0
    await judge(phone)


BROKE_BEFORE: list[Any] = [
    2**31, 2**80, "\x00", "\ud800", "x" * 5000, {}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
]  # fmt: skip
RARE: list[Any] = [
    None, True, 0, -1, -(2**63), 1e308, -0.0, 1e18, "", "٣", [], [[]], "1969-12-31T23:59:59Z", "problem", "E" * 40,
    "2026-02-30T00:00:00Z", "2026-11-24T10:00:00", {"lon": 180, "lat": 90}, {"lon": 1e9, "lat": 0},
]  # fmt: skip
EXTREMES = BROKE_BEFORE + (RARE if SEEDS else [])
"""Those that have broken something somewhere first; the long form tries them all."""
FIELDS = (
    "schema_version", "kind", "captured_by", "category", "condition", "description", "location", "captured_at_device",
    "clock_offset_ms", "consent", "photos", "device_location",
)  # fmt: skip
PHOTO_FIELDS = ("id", "seq", "sha256", "size", "mime", "width", "height", "taken_at", "exif", "role")
PLACE_FIELDS = ("lon", "lat", "accuracy_m", "fix_at", "source", "age_s")
EXIF_FIELDS = ("lon", "lat", "taken_at", "orientation")


@pytest.mark.row(43)
async def test_whatever_a_field_says_the_report_is_kept_or_clearly_refused_never_an_error_of_ours(
    world: World, judge: Judge
) -> None:
    """An answer of 500 would be sent again for ever: the worst poison."""
    phones = [world.phone() for _ in range(4)]
    broke: list[str] = []

    async def one(phone: Phone, where: str, field: str, value: Any) -> None:
        report = phone.capture(1)
        payload = json.loads(report.promise.payload)
        shot = payload["photos"][0]
        shot["exif"] = {"lon": None, "lat": None, "taken_at": None, "orientation": 1}
        {"report": payload, "photo": shot, "place": payload["location"], "exif": shot["exif"]}[where][field] = value
        body = json.dumps(payload).encode()
        phone.reports.remove(report)
        answer = await phone.send(f"/api/v1/reports/{report.id}", body)
        if answer.status_code not in (201, 202, 400, 401, 403):
            broke.append(f"{answer.status_code} for {where}.{field} = {value!r:.60}")

    cases = [
        (where, field, value)
        for where, fields in (
            ("report", FIELDS), ("photo", PHOTO_FIELDS), ("place", PLACE_FIELDS), ("exif", EXIF_FIELDS)
        )
        for field in fields
        for value in EXTREMES
    ]  # fmt: skip
    await world.serve(XUNCHENG_LIMIT_HELD_PER_DEVICE="100000")

    async def run(phone: Phone, mine: list[tuple[str, str, Any]]) -> None:
        for case in mine:
            await one(phone, *case)

    await asyncio.gather(*(run(phone, cases[n::4]) for n, phone in enumerate(phones)))
    assert not broke, "\n".join(sorted(broke))
    for phone in phones:
        await judge(phone)
        await phone.close()


@pytest.mark.row(44)
async def test_of_two_moves_on_the_same_state_one_is_applied_and_the_other_kept_with_its_photo(
    world: World, phone: Phone, judge: Judge
) -> None:
    report = phone.capture(1)
    await phone.sync()
    case = await world.ask("select case_id from case_report where report_id = $1", report.id)
    rev = await world.ask("select rev from cases where id = $1", case)
    phones = [world.phone(), world.phone()]
    await asyncio.gather(*(each.sign_in(name) for each, name in zip(phones, ("operator1", "operator2"), strict=True)))
    bodies = [photo(each.chance) for each in phones]
    moves = [(str(uuid7()), str(uuid7())) for _ in phones]

    async def refuse(each: Phone, move: str, photo_id: str, body: bytes) -> str:
        payload = case_move(
            "refuse", rev, each.person, {photo_id: body}, reason="不属于受理范围", data={"responsible": "物业"}
        )
        path = f"/api/v1/cases/{case}/moves/{move}"
        answer = await each.send(path, payload)
        assert answer.status_code == 201, answer.text
        answer = await each.send(f"{path}/photos/{photo_id}", body, "image/jpeg")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["state"])

    states = await asyncio.gather(
        *(refuse(each, *move, body) for each, move, body in zip(phones, moves, bodies, strict=True))
    )
    assert sorted(states) == ["applied", "conflicting"]
    for (move, photo_id), body in zip(moves, bodies, strict=True):
        key = await world.ask("select store_key from photo where intake_id = $1 and photo_id = $2", move, photo_id)
        assert world.store_read(key) == body
    history = "select count(*) from case_history where case_id = $1 and action = 'refuse'"
    assert await world.ask(history, case) == 1
    for each in phones:
        await each.close()
    await judge(phone)
