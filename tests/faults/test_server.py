"""The server dies, its database dies or goes back in time, its store and its disk fail: nothing said is taken back."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from backend.core.faults import POINTS
from tests.faults.conftest import SEEDS, Judge
from tests.faults.phone import Phone
from tests.faults.stores import S3, ForgetfulS3
from tests.faults.world import World, until

PHOTOS = 2
PAYLOAD = ("before_body", "before_commit", "after_commit", "after_answer")


def places() -> Iterator[tuple[str, int]]:
    """Each point of the payload, then of each photo: (point, how many times it was passed when it strikes)."""
    for point in PAYLOAD:
        yield point, 1
    for photo in range(1, PHOTOS + 1):
        for point in POINTS:
            yield point, photo + (1 if point in PAYLOAD else 0)


@pytest.mark.row(25)
@pytest.mark.parametrize(("point", "hit"), list(places()), ids=lambda value: str(value))
async def test_the_api_killed_at_a_named_point_loses_and_doubles_nothing(
    world: World, phone: Phone, judge: Judge, point: str, hit: int
) -> None:
    await phone.sign_in("inspector1")
    phone.capture(PHOTOS)
    await world.serve({"point": point, "hit": hit, "action": "sigkill"})
    group = world.group
    sending = asyncio.create_task(phone.sync())
    await until(lambda: not world.alive, f"the server dies {point}")
    assert world.group == group
    await judge(phone, all_arrived=False)  # at this very moment: what was confirmed is there, nothing dangles
    await world.serve()
    await sending
    await judge(phone)


@pytest.mark.row(26)
async def test_the_api_killed_at_random_under_twenty_phones_loses_and_doubles_nothing(
    world: World, judge: Judge
) -> None:
    kills = SEEDS or 6
    chance = random.Random(26)
    phones = [world.phone() for _ in range(20)]
    left = kills

    async def use(phone: Phone) -> None:
        while left:
            phone.capture(chance.randint(1, 3))
            await phone.sync(within=120 + 6 * kills)  # while it is killed each second a photo may never get through

    async with world.supervised():
        using = [asyncio.create_task(use(phone)) for phone in phones]
        while left:
            await until(lambda: world.status("/health/live"), "the server lives again")
            await asyncio.sleep(chance.uniform(0.05, 0.6))  # the fault itself: a random moment
            world.kill()
            left -= 1
            if left % 10 == 0:
                print(f"row 26: {kills - left} of {kills} kills", file=sys.stderr)
        await asyncio.gather(*using)
    await world.crash_everything()
    await judge(*phones)
    for phone in phones:
        await phone.close()


@pytest.mark.row(27)
async def test_postgresql_crashing_again_and_again_costs_503s_and_nothing_else(world: World, judge: Judge) -> None:
    phones = [world.phone() for _ in range(5)]
    crashes = 4
    over = asyncio.Event()

    async def use(phone: Phone) -> None:
        while not over.is_set():
            phone.capture(2)
            await phone.sync(within=120)

    using = [asyncio.create_task(use(phone)) for phone in phones]
    for crash in range(1, crashes + 1):
        arrived = [sum(len(report.stored) for report in phone.reports) for phone in phones]
        await until(
            lambda before=arrived: [sum(len(r.stored) for r in p.reports) for p in phones] != before, "they send"
        )
        await world.postgres_immediate()
        if crash == crashes:
            over.set()
        await world.postgres_start()
    await asyncio.gather(*using)
    said = {status for phone in phones for _, status in phone.answers}
    assert said <= {0, 200, 201, 503}, said
    await world.crash_everything()
    await judge(*phones)
    for phone in phones:
        await phone.close()


@pytest.mark.row(28)
async def test_without_postgresql_the_queue_is_kept_and_readiness_is_red(
    world: World, phone: Phone, judge: Judge
) -> None:
    phone.capture(1)
    await phone.sync()
    phone.capture(2)
    await world.postgres_immediate()
    assert not await world.status("/health/ready")
    assert await world.status("/health/live")
    for _ in range(5):
        assert not await phone.sync_once()
    assert set(phone.statuses("payload")[1:]) == {503}
    await world.postgres_start()
    await until(lambda: world.status("/health/ready"), "ready by itself again")
    await phone.sync()
    await judge(phone)


@pytest.mark.row(29)
async def test_after_the_database_went_back_in_time_phones_send_again_what_it_forgot(
    world: World, phone: Phone, judge: Judge
) -> None:
    phone.capture(2)
    await phone.sync()
    world.kill()
    await _copy(world, "xuncheng", "yesterday")
    await world.serve()
    forgotten = [phone.capture(2) for _ in range(3)]
    await phone.sync()
    await judge(phone)
    world.kill()
    await _copy(world, "yesterday", "xuncheng")
    await world.serve()
    ids = [report.id for report in phone.reports]
    answer = await phone.client.post(
        "/api/v1/receipts/check", json={"ids": ids}, headers={"Authorization": f"Bearer {phone.token}"}
    )
    assert answer.json()["unknown"] == [report.id for report in forgotten]
    for report in forgotten:
        await phone.receipt(report)
        assert not report.promise.confirmed
    await phone.sync()
    await judge(phone)


async def _copy(world: World, source: str, target: str) -> None:
    """Database `target` becomes a copy of `source`, as from a backup."""
    postgres = await asyncpg.connect(world.cluster.superuser_url.rpartition("/")[0] + "/postgres")
    await postgres.execute(f"drop database if exists {target} with (force)")
    await postgres.execute(f"create database {target} template {source} owner xuncheng")
    await postgres.close()


@pytest.fixture(scope="module")
async def s3(one_world: World) -> AsyncIterator[S3]:
    server = S3(one_world.home / "s3")
    yield server
    server.stop()


@pytest.mark.row(30)
async def test_while_the_store_is_down_the_answer_is_503_and_later_all_arrives(
    world: World, phone: Phone, judge: Judge, s3: S3
) -> None:
    await s3.start()
    await world.serve(XUNCHENG_STORE=s3.url)
    folder, world.store_read = world.store_read, lambda key: s3.read(key) or folder(key)
    try:
        phone.capture(1)
        await phone.sync()
        s3.stop()
        assert not await world.status("/health/ready")
        report = phone.capture(2)
        assert not await phone.sync_once()
        assert phone.statuses("photo")[-1] == 503
        assert report.known, "the report itself needs no store"
        await s3.start()
        await phone.sync()
        await judge(phone)
    finally:
        world.store_read = folder
    await _back_to_the_folder(world, s3)


@pytest.mark.row(30)
async def test_a_store_that_says_yes_and_keeps_nothing_is_not_believed(
    world: World, phone: Phone, judge: Judge, s3: S3
) -> None:
    await s3.start()
    async with ForgetfulS3(s3) as liar:
        await world.serve(XUNCHENG_STORE=liar.url)
        folder, world.store_read = world.store_read, lambda key: s3.read(key) or folder(key)
        try:
            phone.capture(1)
            assert not await phone.sync_once()
            assert liar.forgot > 0
            assert phone.statuses("photo")[-1] == 503
            await judge(phone, all_arrived=False)
            liar.honest = True
            await phone.sync()
            await judge(phone)
        finally:
            world.store_read = folder
    await _back_to_the_folder(world, s3)


async def _back_to_the_folder(world: World, s3: S3) -> None:
    """Other tests look at every stored row, and their store is the folder."""
    s3.copy_to(world.photos)
    await world.serve()


@contextmanager
def small_disk(path: Path, kilobytes: int) -> Iterator[Path]:
    """A tmpfs of that size. Skips where it cannot be mounted."""
    path.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0755", "none", path], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", path], check=True)


@pytest.mark.row(31)
@pytest.mark.parametrize("what", ["spool", "store"])
async def test_a_full_disk_is_said_so_and_once_there_is_room_all_arrives(
    world: World, phone: Phone, judge: Judge, what: str
) -> None:
    with small_disk(world.home / f"small-{what}", 4096) as disk:
        ballast = disk / "ballast"
        names = {"spool": ("XUNCHENG_SPOOL", str(disk)), "store": ("XUNCHENG_STORE", f"folder:{disk / 'photos'}")}
        name, value = names[what]
        (disk / "photos").mkdir()
        await world.serve(ready=False, **{name: value, "XUNCHENG_LIMIT_FREE_DISK_BYTES": "0"})
        await until(lambda: world.status("/health/live"), "the server lives")
        folder = world.store_read
        if what == "store":
            world.store_read = lambda key: folder(key) or _read(disk / "photos" / key)
        try:
            with ballast.open("wb") as file:
                for _ in range(1024):
                    try:
                        file.write(os.urandom(4096))
                        file.flush()
                    except OSError:
                        break
            phone.capture(1)
            assert not await phone.sync_once()
            assert phone.statuses("photo")[-1] == 507
            await judge(phone, all_arrived=False)
            ballast.unlink()
            await phone.sync()
            await judge(phone)
        finally:
            world.store_read = folder
        if what == "store":
            shutil.copytree(disk / "photos", world.photos, dirs_exist_ok=True)
        await world.serve()


@pytest.mark.row(31)
async def test_a_nearly_full_disk_takes_no_report_at_all(world: World, phone: Phone, judge: Judge) -> None:
    await world.serve(ready=False, XUNCHENG_LIMIT_FREE_DISK_BYTES=str(10**15))
    await until(lambda: world.status("/health/live"), "the server lives")
    assert not await world.status("/health/ready")
    report = phone.capture(1)
    assert not await phone.sync_once()
    assert phone.statuses("payload") == [507]
    assert await world.ask("select count(*) from report where id = $1", report.id) == 0
    await world.serve()
    await phone.sync()
    await judge(phone)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@pytest.mark.row(25)
async def test_a_write_that_fails_at_any_point_is_never_acknowledged(world: World, phone: Phone, judge: Judge) -> None:
    photo_points = ("mid_body", "after_spool", "after_put")
    strikes = [("before_commit", 1), ("before_commit", 4)]  # of the payload, which then passes it once; of the photo
    strikes += [(point, 1) for point in photo_points]
    faults = [
        {"point": point, "hit": hit + more, "action": action}
        for point, hit in strikes
        for more, action in enumerate(("enospc", "raise"))
    ]
    await world.serve(*faults)
    phone.capture(1)
    while len(phone.statuses("photo")) < 8:
        assert not await phone.sync_once()
        await judge(phone, all_arrived=False)
    await phone.sync()
    assert phone.statuses("payload") == [507, 500, 201]
    assert phone.statuses("photo") == [507, 500] * 4 + [201]
    await judge(phone)
