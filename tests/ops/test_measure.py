"""`make measure`: its slow line counts and cuts, its figures are kept beside each other, its photos are real ones."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from ops import tools
from ops.measure import seed
from ops.measure.__main__ import parts
from ops.measure.figures import Target, save, show
from ops.measure.lighthouse import medians
from ops.measure.link import Link, linked

ASK = b"PUT /x HTTP/1.1\r\ncontent-length: 50000\r\n\r\n" + b"b" * 50_000
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while await reader.readexactly(len(ASK)):
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    server = await asyncio.start_server(_answers, "127.0.0.1", 0)
    async with linked(server.sockets[0].getsockname()[1]) as link:
        yield link
    server.close()


async def _ask(link: Link, times: int = 1) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    try:
        got = b""
        for _ in range(times):
            writer.write(ASK)
            await writer.drain()
            got += await reader.readexactly(len(ANSWER))
        return got
    finally:
        writer.close()


async def test_a_quiet_line_hands_on_every_byte_and_counts_them(link: Link) -> None:
    assert await _ask(link, times=3) == ANSWER * 3
    assert (link.sent, link.received, link.requests, link.cuts) == (3 * len(ASK), 3 * len(ANSWER), 3, 0)


async def test_a_cut_request_is_a_reset_and_never_answered(link: Link) -> None:
    link.become(None, cut_share=1.0)
    for _ in range(5):
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await _ask(link)
    assert (link.requests, link.cuts, link.received) == (5, 5, 0)
    assert link.sent <= 5 * len(ASK)


async def test_a_dead_line_lets_nobody_through_until_it_is_alive_again(link: Link) -> None:
    link.die()
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError, BrokenPipeError)):
        await _ask(link)
    assert link.sent == 0
    link.revive()
    assert await _ask(link) == ANSWER


async def test_a_slow_line_takes_as_long_as_its_bits_need(link: Link) -> None:
    link.become(kbits=2000)  # 50 kB up are 400,000 bits: a fifth of a second
    before = asyncio.get_running_loop().time()
    await _ask(link)
    assert asyncio.get_running_loop().time() - before >= 0.2


def test_each_seeded_photo_is_another_file_of_its_size_that_decodes() -> None:
    whole = seed.picture(350_000)
    assert abs(len(whole) - 350_000) < 10_000
    assert len(seed.hashes(whole, 180)) == 180
    assert Image.open(io.BytesIO(seed.numbered(whole, 7))).convert("RGB").size == seed.KIND


def test_a_part_is_saved_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "measure.json"
    save("idle", {"requests_an_hour": 3.0}, {"minutes": 5}, path)
    save("shift", {"wasted_share": 0.061234}, {}, path)
    save("idle", {"requests_an_hour": 4.0}, {"minutes": 6}, path)
    kept = json.loads(path.read_text())
    assert kept["idle"] == {"requests_an_hour": 4.0, "about": {"minutes": 6}}
    assert kept["shift"]["wasted_share"] == 0.0612


def test_a_missed_target_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    targets = [Target("a", "first", "≤", 1.0), Target("b", "second", "≥", 95.0), Target("c", "not measured", "≤", 1.0)]
    assert not show({"a": 0.5, "b": 94.0}, targets)
    rows = capsys.readouterr().out.splitlines()
    assert [("reached" in row, "MISSED" in row) for row in rows if "first" in row or "second" in row] == [
        (True, False),
        (False, True),
    ]


def test_the_median_is_of_each_figure_by_itself() -> None:
    names = ("performance", "accessibility", "lcp_s", "cls", "tbt_ms", "fcp_s", "speed_index_s")
    rows = [{"page": "queue"} | dict.fromkeys(names, float(n)) | {"cls": 3.0 - n} for n in (1, 2, 9)]
    figures = medians(rows)
    assert (figures["queue_lcp_s"], figures["queue_cls"]) == (2.0, 1.0)


def test_every_part_says_in_a_line_what_it_measures() -> None:
    known = parts()
    assert {"lighthouse", "shift", "queue500", "idle"} <= set(known)
    assert all(known.values())


def test_an_engine_that_cannot_be_installed_keeps_nobody_from_testing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    tools.offer(tmp_path, [tools.Need("no-such-engine", "No Such Engine", lambda: False)])
    assert list(tmp_path.iterdir()) == []
