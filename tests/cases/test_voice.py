"""A voice note beside a report's photos: kept like one of them, and heard by those alone whom it is for."""

from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.key import public_jwk
from backend.core.db import Sessions
from backend.core.roles import Role
from backend.settings import Settings
from tests.admin.rescue_files import Phone, brought
from tests.conftest import TickingClock
from tests.make import Crew, Sender, crew, jpeg, make_world, manifest, phone, report_payload, staff, work_off
from tests.media.sounds import MP4, OGG, WEBM, WITH_PICTURE

PHOTO = jpeg("gray")


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


def note(body: bytes = WEBM, seq: int = 2, **changes: Any) -> dict[str, Any]:
    entry = manifest(body, seq, role="voice", mime="audio/webm", width=None, height=None, exif=None)
    return {**entry, **changes}


def spoken(*voices: dict[str, Any], pictures: int = 1, **changes: Any) -> dict[str, Any]:
    """A report of `pictures` photos and these voice notes."""
    photos = [manifest(PHOTO, seq) for seq in range(1, pictures + 1)]
    return report_payload(photos=[*photos, *(voices or (note(),))], **changes)


@dataclass
class Sent:
    """A report as its sender and the server know it now."""

    payload: dict[str, Any]
    receipt: dict[str, Any]
    statuses: list[int]
    last: dict[str, Any]

    def slots(self) -> list[str]:
        return [photo["slot"] for photo in self.receipt["photos"]]


async def send(sender: Sender, payload: dict[str, Any], voice: bytes = WEBM, mime: str = "audio/webm") -> Sent:
    """The report with all its bytes, whatever is answered to each."""
    receipt = (await sender.put_report(payload)).json()
    owner, statuses, last = f"reports/{receipt['id']}", [], {}
    for entry in payload["photos"]:
        spoken = entry.get("role") == "voice"
        body, kind = (voice, mime) if spoken else (PHOTO, "image/jpeg")
        answer = await sender.put(f"/api/v1/{owner}/photos/{entry['id']}", body, kind)
        statuses.append(answer.status_code)
        last = answer.json()
    return Sent(payload, await sender.get(f"{owner}/receipt"), statuses, last)


async def case_of(sender: Sender) -> str:
    return str((await sender.get("mine"))["items"][0]["case_id"])


async def listen(sender: Sender, case_id: str) -> list[bytes]:
    """What plays on this caller's page of the case."""
    voices = (await sender.case(case_id))["voices"]
    return [(await sender.client.get(voice["sound"])).content for voice in voices]


async def held_because(sender: Sender, payload: dict[str, Any]) -> str:
    answer = await sender.put_report(payload)
    assert (answer.status_code, answer.json()["state"]) == (202, "held"), answer.text
    return str(answer.json()["reason"])


@pytest.mark.parametrize(("body", "mime"), [(WEBM, "audio/webm"), (MP4, "audio/mp4"), (OGG, "audio/ogg")])
async def test_a_note_is_kept_and_comes_back_byte_for_byte_under_our_own_word_for_what_it_is(
    people: Crew, body: bytes, mime: str
) -> None:
    sent = await send(people.citizen, spoken(note(body, mime=mime)), body, "image/png")
    assert (sent.receipt["state"], sent.slots()) == ("complete", ["stored", "derived"])
    [voice] = (await people.operator.case(await case_of(people.citizen)))["voices"]
    assert (voice["kind"], voice["thumb"], voice["large"]) == ("voice", None, None)
    answer = await people.operator.client.get(voice["sound"])
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, body, mime)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_player_may_ask_for_a_part_of_it(people: Crew) -> None:
    await send(people.citizen, spoken())
    [voice] = (await people.operator.case(await case_of(people.citizen)))["voices"]

    async def part(wanted: str) -> tuple[int, bytes, str | None]:
        answer = await people.operator.client.get(voice["sound"], headers={"Range": wanted})
        return answer.status_code, answer.content, answer.headers.get("content-range")

    size = len(WEBM)
    assert await part("bytes=0-1") == (206, WEBM[:2], f"bytes 0-1/{size}")
    assert await part("bytes=10-") == (206, WEBM[10:], f"bytes 10-{size - 1}/{size}")
    assert await part("bytes=-5") == (206, WEBM[-5:], f"bytes {size - 5}-{size - 1}/{size}")
    assert await part(f"bytes={size}-") == (416, b"", f"bytes */{size}")
    assert (await part("bytes=0-1,4-5"))[:2] == (200, WEBM)


async def test_a_report_of_nine_photos_has_room_for_a_note(people: Crew) -> None:
    sent = await send(people.citizen, spoken(pictures=9))
    assert sent.receipt["state"] == "complete"
    case = await people.operator.case(await case_of(people.citizen))
    assert (case["photos_expected"], case["photos_stored"], len(case["photos"]), len(case["voices"])) == (9, 9, 9, 1)


async def test_a_note_is_no_picture_in_any_list(
    people: Crew, app: Litestar, sessions: Sessions, clock: TickingClock
) -> None:
    """The note comes first in the manifest: where pictures are looked for, it is still not found."""
    entry, picture = note(seq=1), manifest(PHOTO, 2)
    sent = await send(people.citizen, report_payload(photos=[entry, picture]))
    assert await work_off(app, sessions, clock) == ["done"], "there is a picture to be made of the photo alone"
    [card] = (await people.operator.get("inbox"))["items"]
    [mine] = (await people.citizen.get("mine"))["items"]
    assert (card["photos_expected"], card["photos_stored"]) == (1, 1)
    assert (mine["photos_expected"], mine["photos_stored"]) == (1, 1)
    for cover in (card["photo"], mine["photo"]):
        assert (await people.operator.client.get(cover)).headers["content-type"] == "image/webp"
    case = await people.operator.case(card["id"])
    tracked = await people.citizen.get(f"tracking/{sent.receipt['public_ref']}")
    assert [[one["kind"] for one in shown] for shown in (case["photos"], tracked["before"], tracked["after"])] == [
        ["before"], ["before"], [],
    ]  # fmt: skip


async def test_a_report_is_complete_only_with_its_note(people: Crew) -> None:
    payload = spoken()
    receipt = (await people.citizen.put_report(payload)).json()
    answer = await people.citizen.put_photo(f"reports/{receipt['id']}", payload["photos"][0]["id"], PHOTO)
    assert (answer.json()["state"], answer.json()["photos"][1]["slot"]) == ("receiving", "expected")


@pytest.mark.parametrize("body", [PHOTO, WITH_PICTURE, b"<script>alert(1)</script>"], ids=["photo", "film", "page"])
async def test_what_is_no_voice_note_is_refused_for_good_and_the_report_goes_on(people: Crew, body: bytes) -> None:
    sent = await send(people.citizen, spoken(note(body)), body)
    assert (sent.statuses, sent.last["code"], sent.last["reason"]) == ([201, 415], "not_audio", "not_audio")
    assert (sent.receipt["state"], sent.slots()) == ("complete", ["stored", "refused"])
    [voice] = (await people.operator.case(await case_of(people.citizen)))["voices"]
    assert (voice["state"], voice["sound"]) == ("refused", None)


async def test_a_note_in_a_photos_slot_is_refused_as_ever(people: Crew) -> None:
    sent = await send(people.citizen, report_payload(photos=[manifest(PHOTO), manifest(WEBM, 2)]))
    assert sent.statuses[0] == 201
    answer = await people.citizen.put_photo(f"reports/{sent.receipt['id']}", sent.payload["photos"][1]["id"], WEBM)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_image")


async def test_manifests_that_break_the_rule_are_held_with_the_reason(people: Crew) -> None:
    wrong = {
        "two notes": spoken(note(), note(OGG, 3)),
        "no picture": report_payload(photos=[note()]),
        "ten pictures": spoken(pictures=10),
        "another type": spoken(note(mime="video/webm")),
        "too large": spoken(note(size=1_000_001)),
    }
    assert {name: await held_because(people.citizen, payload) for name, payload in wrong.items()} == dict.fromkeys(
        wrong, "invalid_payload"
    )


async def test_two_notes_of_a_held_report_are_both_kept_and_the_desk_hears_them(people: Crew) -> None:
    payload = spoken(note(), note(WEBM, 3))
    sent = await send(people.citizen, payload)
    assert (sent.receipt["state"], sent.statuses) == ("held", [201, 201, 201])
    [held] = (await people.operator.get("held"))["items"]
    assert (len(held["photos"]), len(held["voices"])) == (1, 2)
    answer = await people.operator.client.post(f"/api/v1/held/{sent.receipt['id']}/repair", json={"note": "两段语音"})
    case_id = answer.json()["case_id"]
    assert await listen(people.operator, case_id) == [WEBM, WEBM]
    assert (await people.operator.case(case_id))["photos_expected"] == 1


async def test_a_move_takes_no_note(people: Crew) -> None:
    await send(people.citizen, spoken())
    case = await people.citizen.case(await case_of(people.citizen))
    answer = await people.citizen.move(case, "add_photo", WEBM, photos=[note()])
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_move")


async def filed(people: Crew, sender: Sender) -> str:
    await send(sender, spoken())
    case_id = await case_of(sender)
    case = await people.operator.case(case_id)
    if case["state"] == "submitted":
        assert (await people.operator.move(case, "file")).status_code == 201
    return case_id


async def ears(app: Litestar, session: AsyncSession, people: Crew, case_id: str) -> dict[str, object]:
    """What each caller hears of the case: bytes, nothing, or the status of the case's page."""
    callers = {
        "operator": people.operator,
        "administrator": await staff(app, session, "admin", Role.ADMINISTRATOR),
        "its squad": people.squad_a,
        "its squad's leader": await staff(app, session, "lead", Role.SQUAD_LEADER, "T-A"),
        "another squad": people.squad_b,
        "an inspector": await staff(app, session, "inspector2", Role.INSPECTOR),
        "another citizen": await phone(app),
        "citizen": people.citizen,
        "inspector": people.inspector,
    }
    found: dict[str, object] = {}
    for name, caller in callers.items():
        answer = await caller.client.get(f"/api/v1/cases/{case_id}")
        found[name] = await listen(caller, case_id) if answer.status_code == 200 else answer.status_code
    return found


async def test_a_citizens_voice_is_heard_by_the_citizen_and_the_desk_alone(
    app: Litestar, session: AsyncSession, people: Crew
) -> None:
    case_id = await filed(people, people.citizen)
    assert await ears(app, session, people, case_id) == {
        "operator": [WEBM],
        "administrator": [WEBM],
        "its squad": [],
        "its squad's leader": [],
        "another squad": 404,
        "an inspector": [],
        "another citizen": 404,
        "citizen": [WEBM],
        "inspector": [],
    }


@pytest.mark.parametrize("by", ["inspector", "squad_a"])
async def test_a_colleagues_voice_is_heard_in_the_field_too(
    app: Litestar, session: AsyncSession, people: Crew, by: str
) -> None:
    case_id = await filed(people, getattr(people, by))
    assert await ears(app, session, people, case_id) == {
        "operator": [WEBM],
        "administrator": [WEBM],
        "its squad": [WEBM],
        "its squad's leader": [WEBM],
        "another squad": 404,
        "an inspector": [WEBM],
        "another citizen": 404,
        "citizen": 404,
        "inspector": [WEBM],
    }


async def test_of_two_reports_of_one_case_each_reporter_hears_his_own(people: Crew, session: AsyncSession) -> None:
    """Merging moves a report's link to another case; the squad hears the inspector's note and not the citizen's."""
    case_id = await filed(people, people.inspector)
    await send(people.citizen, spoken(note(OGG)), OGG)
    other = await case_of(people.citizen)
    await session.execute(
        text("update case_report set case_id = :to where case_id = :of"), {"to": case_id, "of": other}
    )
    await session.commit()
    assert await listen(people.citizen, case_id) == [OGG]
    assert await listen(people.squad_a, case_id) == [WEBM]
    assert await listen(people.operator, case_id) == [WEBM, OGG]


async def test_the_public_page_gives_the_note_to_its_reporter_alone(app: Litestar, people: Crew) -> None:
    sent = await send(people.citizen, spoken())
    path = f"tracking/{sent.receipt['public_ref']}"
    [own] = (await people.citizen.get(path))["voices"]
    assert (await people.citizen.client.get(own["sound"])).content == WEBM
    for other in (await phone(app), people.squad_a, people.operator):
        assert (await other.get(path))["voices"] == []


async def test_the_address_of_a_picture_opens_no_note_and_the_desks_address_nobody_elses(
    app: Litestar, people: Crew, sessions: Sessions, clock: TickingClock
) -> None:
    await send(people.citizen, spoken())
    await work_off(app, sessions, clock)
    case = await people.operator.case(await case_of(people.citizen))
    [photo], [voice] = case["photos"], case["voices"]
    get = people.operator.client.get
    assert (await people.squad_a.client.get(voice["sound"])).status_code == 404
    assert (await get(voice["sound"].replace("-voice", "-320"))).status_code == 404
    assert (await get(photo["thumb"].replace("-320", "-voice"))).status_code == 404
    clock.forward(minutes=21)
    assert (await get(voice["sound"])).json()["code"] == "link_expired"


async def test_a_note_does_not_stand_in_for_the_photos_of_the_small_kinds(people: Crew) -> None:
    before, after = manifest(PHOTO), manifest(PHOTO, 2, role="after")
    whole = await send(people.inspector, report_payload(kind="self_handled", photos=[before, after, note(seq=3)]))
    assert whole.receipt["state"] == "complete"
    assert (await people.operator.case(await case_of(people.inspector)))["state"] == "closed"
    assert await held_because(people.inspector, spoken(kind="self_handled")) == "before_and_after"
    well = await send(people.inspector, spoken(kind="nothing_wrong"))
    assert well.receipt["state"] == "complete"


async def test_a_rescue_file_carries_the_note(people: Crew, settings: Settings) -> None:
    lost = Phone()
    lost.report(spoken(), PHOTO, WEBM)
    [result] = await brought(people.operator, lost.export(public_jwk(settings.secret)))
    assert (result["result"], result["photos_stored"], result["photos_missing"]) == ("stored", 2, 0)
    [card] = (await people.operator.get("inbox"))["items"]
    assert await listen(people.operator, card["id"]) == [WEBM]
