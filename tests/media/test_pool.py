import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from media import pool as pool_module
from media.derive import Unreadable, derive
from media.pool import DerivePool
from tests.media.pictures import encoded, four_corners


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(four_corners(600, 400)))
    return path


class Endless:
    """A photo that never ends: whoever reads it hangs, as in a decoder that loops."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ends: list[int] = []
        os.mkfifo(path)

    async def is_being_read(self) -> None:
        self.ends.append(await asyncio.to_thread(os.open, self.path, os.O_WRONLY))


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Endless]:
    endless = Endless(tmp_path / "endless.jpg")
    yield endless
    for end in endless.ends:
        os.close(end)


@pytest.fixture
async def pool() -> AsyncIterator[DerivePool]:
    async with DerivePool(workers=2) as pool:
        yield pool


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def sandboxes() -> list[int]:
    command = b"media.sandbox"
    return [pid for pid in children(os.getpid()) if command in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def reason(pool: DerivePool, path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        await pool.derive(path)
    return caught.value.reason


async def test_the_pool_answers_what_derive_answers(pool: DerivePool, photo: Path) -> None:
    assert await pool.derive(photo) == derive(photo)
    assert await pool.derive(photo, sizes=(50,)) == derive(photo, sizes=(50,))


async def test_a_damaged_photo_is_unreadable_and_its_neighbour_is_not(
    pool: DerivePool, photo: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo.read_bytes()[:800])
    first, second = await asyncio.gather(reason(pool, broken), pool.derive(photo))
    assert first == "damaged" and second.width == 600


async def test_a_missing_file_is_an_error_of_this_machine(pool: DerivePool, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await pool.derive(tmp_path / "gone.jpg")


async def test_a_hung_decoder_costs_its_own_photo_only(photo: Path, endless: Endless) -> None:
    async with DerivePool(workers=2, seconds=0.7) as pool:
        hung = asyncio.create_task(reason(pool, endless.path))
        assert (await pool.derive(photo)).width == 600
        assert await hung == "too_slow"
        assert (await pool.derive(photo)).width == 600


async def test_a_killed_decoder_costs_its_own_photo_only(pool: DerivePool, photo: Path, endless: Endless) -> None:
    task = asyncio.create_task(reason(pool, endless.path))
    await endless.is_being_read()
    [decoder] = [child for pid in sandboxes() for child in children(pid)]
    os.kill(decoder, signal.SIGKILL)
    assert await task == "decoder_died"
    assert (await pool.derive(photo)).width == 600


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.png"
    Image.new("RGB", (6_000, 6_000)).save(path, compress_level=1)
    return path


async def test_a_photo_that_needs_too_much_memory_is_unreadable_and_the_next_is_not(photo: Path, large: Path) -> None:
    async with DerivePool(max_bytes=150_000_000) as pool:
        assert await reason(pool, large) == "out_of_memory"
        assert (await pool.derive(photo)).width == 600


async def test_a_photo_that_needs_too_much_work_is_unreadable_and_the_next_is_not(photo: Path, large: Path) -> None:
    async with DerivePool(seconds=0.2) as pool:
        assert await reason(pool, large) == "too_slow"
        assert (await pool.derive(photo)).width == 600


async def test_a_sandbox_that_was_killed_between_photos_costs_none(pool: DerivePool, photo: Path) -> None:
    await pool.derive(photo)
    for pid in sandboxes():
        os.kill(pid, signal.SIGKILL)
    assert (await pool.derive(photo)).width == 600


async def test_a_sandbox_that_stands_still_is_replaced(
    monkeypatch: pytest.MonkeyPatch, photo: Path, endless: Endless
) -> None:
    monkeypatch.setattr(pool_module, "GRACE", 0.2)
    async with DerivePool(seconds=0.7) as pool:
        task = asyncio.create_task(reason(pool, endless.path))
        await endless.is_being_read()
        [sandbox] = sandboxes()
        os.killpg(sandbox, signal.SIGSTOP)
        assert await task == "too_slow"
        assert (await pool.derive(photo)).width == 600
        assert sandbox not in sandboxes()


async def test_a_cancelled_photo_leaves_no_answer_for_the_next(pool: DerivePool, photo: Path, endless: Endless) -> None:
    task = asyncio.create_task(pool.derive(endless.path))
    await endless.is_being_read()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await pool.derive(photo) == derive(photo)


async def test_decoders_inherit_no_secret(monkeypatch: pytest.MonkeyPatch, pool: DerivePool, photo: Path) -> None:
    monkeypatch.setenv("XUNCHENG_SECRET", "not for decoders")
    await pool.derive(photo)
    [sandbox] = sandboxes()
    assert b"not for decoders" not in Path(f"/proc/{sandbox}/environ").read_bytes()


async def test_a_closed_pool_leaves_no_process(photo: Path, endless: Endless) -> None:
    pool = DerivePool(workers=2, seconds=0.7)
    busy = asyncio.create_task(reason(pool, endless.path))
    await pool.derive(photo)
    await pool.close()
    assert await busy == "too_slow"
    assert sandboxes() == []
    with pytest.raises(RuntimeError):
        await pool.derive(photo)


async def test_a_pool_whose_processes_cannot_start_blames_no_photo(
    monkeypatch: pytest.MonkeyPatch, photo: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(pool_module, "ROOT", tmp_path)
    async with DerivePool() as pool:
        with pytest.raises(OSError, match="did not start"):
            await pool.derive(photo)
