"""What happens between phone and server: lost, doubled, cut, changed, slow and foreign answers."""

import asyncio
import random

import pytest

from tests.faults.conftest import Judge
from tests.faults.phone import Phone, photo
from tests.faults.world import World, until


@pytest.mark.row(15)
async def test_a_report_whose_answer_was_lost_is_there_once_and_the_receipt_says_so(
    world: World, phone: Phone, judge: Judge
) -> None:
    report = phone.capture(2)
    await phone.receipt(report)  # registers the phone
    fault = world.proxy.set("drop_resp", "PUT", f"reports/{report.id} ", times=1)
    assert not await phone.put_payload(report)
    assert fault.met == 1
    assert report.known, "the receipt did not tell that the report had arrived"
    await phone.sync()
    assert phone.statuses("payload") == [0], "it was sent again although the receipt knew it"
    await judge(phone)


@pytest.mark.row(16)
async def test_a_report_whose_last_answer_was_lost_is_complete_once(world: World, phone: Phone, judge: Judge) -> None:
    report = phone.capture(3)
    last = list(report.photos)[-1]
    world.proxy.set("drop_resp", last, times=1)
    await phone.sync()
    assert phone.statuses("photo") == [201, 201, 0]
    assert phone.statuses("receipt") == [200]
    await judge(phone)


@pytest.mark.row(17)
@pytest.mark.parametrize("copies", [2, 3])
@pytest.mark.parametrize("together", [False, True], ids=["in turn", "at once"])
async def test_requests_that_arrive_several_times_count_once(
    world: World, phone: Phone, judge: Judge, copies: int, together: bool
) -> None:
    await phone.sign_in("inspector1")  # an inspector's report is filed by its last photo: that, too, only once
    phone.capture(3)
    phone.capture(1)
    fault = world.proxy.set("dup_req", "PUT", copies=copies, together=together)
    await phone.sync()
    assert fault.met >= 6
    await judge(phone)


@pytest.mark.row(18)
async def test_a_body_cut_anywhere_stores_nothing_and_leaves_nothing_behind(
    world: World, phone: Phone, judge: Judge
) -> None:
    report = phone.capture([photo(phone.chance, 40)])
    (photo_id, body) = next(iter(report.photos.items()))
    await until(lambda: phone.put_payload(report), "the report is known")
    chance = random.Random(18)
    left_by_kills = set(world.spool.iterdir())  # the sweeper's work
    for n in [0, 1, len(body) - 1, *(chance.randrange(len(body)) for _ in range(9))]:
        fault = world.proxy.set("truncate_req", photo_id, n=n, times=1)
        assert not await phone.put_photo(report, photo_id)
        assert fault.met == 1
        slot = await world.ask("select slot from photo where photo_id = $1", photo_id)
        assert slot == "expected"
    cut = phone.capture(1)
    world.proxy.set("truncate_req", f"reports/{cut.id} ", n=200, times=1)
    await phone.put_payload(cut)
    assert await world.ask("select count(*) from report where id = $1", cut.id) == 0
    await until(lambda: set(world.spool.iterdir()) <= left_by_kills, "nothing of it is in the spool")
    await phone.sync()
    await judge(phone)


@pytest.mark.row(19)
async def test_a_byte_changed_on_the_way_is_noticed_and_sent_again(world: World, phone: Phone, judge: Judge) -> None:
    report = phone.capture([photo(phone.chance, 30)])
    photo_id = next(iter(report.photos))
    world.proxy.set("mutate", f"reports/{report.id} ", n=100, times=1)
    await phone.sync_once()
    assert await world.ask("select count(*) from report where id = $1", report.id) == 0
    await until(lambda: phone.put_payload(report), "the report is known")
    for n in (0, 700, len(report.photos[photo_id]) - 1):
        world.proxy.set("mutate", photo_id, n=n, times=1)
        assert not await phone.put_photo(report, photo_id)
        assert phone.statuses("photo")[-1] == 422
        assert await world.ask("select slot from photo where photo_id = $1", photo_id) == "expected"
    await phone.sync()
    await judge(phone)


@pytest.mark.row(20)
@pytest.mark.parametrize("honest", [True, False], ids=["short answer", "connection ends"])
async def test_an_answer_cut_in_its_json_is_no_receipt_and_the_receipt_is_asked(
    world: World, phone: Phone, judge: Judge, honest: bool
) -> None:
    report = phone.capture(1)
    world.proxy.set("cut_resp", "PUT", "/reports/", n=40, honest=honest, times=1)
    await until(phone.sync_once, "all is sent")
    assert phone.statuses("payload") == [201 if honest else 0]
    assert phone.statuses("receipt")[0] == 200
    world.proxy.lift()
    assert report.promise.confirmed
    await judge(phone)


@pytest.mark.row(24)
async def test_over_a_slow_line_that_resets_every_tenth_request_everything_arrives(world: World, judge: Judge) -> None:
    phone = world.phone(seed=24)
    phone.client.timeout = 120
    phone.capture([photo(phone.chance, 4), photo(phone.chance, 4)])
    world.proxy.set("lossy", bits=30_000, seconds=1.0, odds=0.1, seed=24)
    seen: list[int] = []

    async def progress() -> None:
        while True:
            seen.append(sum(len(report.stored) for report in phone.reports))
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(progress())
    await phone.sync(within=180)
    watching.cancel()
    assert seen == sorted(seen), "progress went back"
    await judge(phone)
    await phone.close()
