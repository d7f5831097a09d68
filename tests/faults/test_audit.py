"""The audit itself: it finds what is lost, doubled, falsely confirmed or dangling. Otherwise its zeros mean nothing."""

import shutil
import uuid

from tests.faults.phone import Phone
from tests.faults.world import World


async def keys(world: World, phone: Phone) -> list[str]:
    report = phone.reports[0]
    key = "select store_key from photo where intake_id = $1 and photo_id = $2"
    return [await world.ask(key, report.id, photo_id) for photo_id in report.photos]


async def test_a_missing_or_altered_object_is_dangling_lost_and_a_false_acknowledgement(
    world: World, phone: Phone
) -> None:
    phone.capture(2)
    await phone.sync()
    assert (await world.count(*phone.promises)).clean
    first, second = await keys(world, phone)
    kept = world.home / "kept"
    shutil.copy(world.photos / first, kept)
    try:
        for spoil in (
            lambda path: path.unlink(),
            lambda path: path.write_bytes(b"x"),
            lambda path: shutil.copy(world.photos / second, path),
        ):
            spoil(world.photos / first)
            count = await world.count(*phone.promises)
            assert (count.dangling, count.lost, count.false_ack, count.doubled) == (1, 1, 1, 0), count.words
    finally:
        shutil.copy(kept, world.photos / first)
    assert (await world.count(*phone.promises)).clean


async def test_a_report_that_never_arrived_is_lost_and_only_a_lie_if_it_was_confirmed(
    world: World, phone: Phone
) -> None:
    report = phone.capture(1)
    assert (await world.count(*phone.promises)).lost == 1
    assert (await world.count(*phone.promises, all_arrived=False)).clean
    report.promise.confirmed = True
    count = await world.count(*phone.promises, all_arrived=False)
    assert (count.lost, count.false_ack) == (1, 1)


async def test_a_second_row_a_second_photo_and_another_owner_are_seen(world: World, phone: Phone) -> None:
    report = phone.capture(1)
    await phone.sync()
    twin, extra = uuid.uuid4(), uuid.uuid4()
    await world.ask(
        "insert into report (id, state, rev, device_id, payload, payload_sha256, description, photos_expected,"
        " received_at, public_ref) select $2, state, rev, device_id, payload, payload_sha256, description,"
        " photos_expected, received_at, $3 from report where id = $1",
        report.id, twin, twin.hex,
    )  # fmt: skip
    assert (await world.count(*phone.promises)).doubled == 1
    await world.ask("delete from report where id = $1", twin)
    await world.ask(
        "insert into photo (intake_id, photo_id, intake_kind, seq, sha256, size, mime, media_id)"
        " select intake_id, $2, intake_kind, 2, sha256, size, mime, $2 from photo where intake_id = $1",
        report.id, extra,
    )  # fmt: skip
    assert (await world.count(*phone.promises)).doubled == 1
    await world.ask("delete from photo where photo_id = $1", extra)
    assert (await world.count(*phone.promises)).clean
    report.promise.device = str(uuid.uuid4())
    assert (await world.count(*phone.promises)).lost == 1
