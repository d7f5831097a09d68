"""`make bench` counts what PostgreSQL was told, and its floor plays exactly that."""

import io
import os
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from ops.bench import uploads
from ops.bench.cpu import used_ms
from ops.bench.floor import floor_script, one_transaction
from ops.bench.memory import watched
from ops.bench.place import Box
from ops.bench.results import TARGETS, save, show
from ops.bench.statements import read_log

LOG = """\
2026-11-24 06:00:00.000 UTC [7] xuncheng LOG:  statement: BEGIN;
2026-11-24 06:00:00.001 UTC [7] xuncheng LOG:  execute __asyncpg_stmt_1__: select id from device
\t  where token_hash = $1 and lon = $2
2026-11-24 06:00:00.001 UTC [7] xuncheng DETAIL:  parameters: $1 = '\\x00ff', $2 = '113.45'
2026-11-24 06:00:00.002 UTC [8] psql LOG:  statement: show log_statement
2026-11-24 06:00:00.002 UTC [9] xuncheng LOG:  statement: BEGIN;
2026-11-24 06:00:00.003 UTC [7] xuncheng LOG:  execute <unnamed>: insert into report values ($1, $2, $3, $10)
2026-11-24 06:00:00.003 UTC [7] xuncheng DETAIL:  parameters: $1 = '019ab8e2-0000-7000-8000-00000000000a', \
$2 = 'it''s', $3 = NULL, $10 = '00000000-0000-7000-8000-100000000007'
2026-11-24 06:00:00.004 UTC [7] xuncheng LOG:  statement: COMMIT;
"""
BOX = Box(113.4, 29.9, 0.3, 0.2)


def test_the_log_gives_the_servers_statements_with_their_parameters_and_nobody_elses() -> None:
    statements = read_log(LOG)
    assert [one.word for one in statements] == ["BEGIN", "SELECT", "BEGIN", "INSERT", "COMMIT"]
    assert [one.is_frame for one in statements] == [True, False, True, False, True]
    assert statements[1].literal() == "select id from device\n  where token_hash = '\\x00ff' and lon = '113.45'"
    assert statements[3].parameters["2"] == "'it''s'"


def test_a_transaction_is_that_of_one_connection() -> None:
    transaction = one_transaction(read_log(LOG))
    assert [one.word for one in transaction] == ["BEGIN", "SELECT", "INSERT", "COMMIT"]


def test_the_floor_is_the_same_transaction_with_new_ids_another_phone_and_another_place() -> None:
    script = floor_script(one_transaction(read_log(LOG)), BOX)
    assert script.endswith(
        "BEGIN;\n"
        "select id from device\n  where token_hash = '\\x00ff' and lon = :lon;\n"
        "insert into report values ('019ab8e2-0000-7000-8000-:count:client', 'it''s', NULL, "
        "'00000000-0000-7000-8000-:phone');\n"
        "COMMIT;\n"
    )


def test_a_missed_target_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show({"create_rps_c8": 249.0, "queue_p95_ms": 50.0})
    lines = capsys.readouterr().out.splitlines()
    assert any("create_rps_c8" in one and "MISSED" in one for one in lines)
    assert any("queue_p95_ms" in one and "reached" in one for one in lines)


def test_the_file_has_each_figure_under_its_name(tmp_path: Path) -> None:
    save(tmp_path / "bench.json", {"create_rps_c8": 300.12345}, {"cores": 2})
    assert '"create_rps_c8": 300.123' in (tmp_path / "bench.json").read_text()


def test_there_is_a_target_for_each_figure_that_was_promised() -> None:
    promised = {
        "create_rps_c8", "create_p95_ms_c32", "create_statements", "create_commits", "create_floor_ratio",
        "queue_p95_ms", "queue_statements", "cell_lookup_growth",
    }  # fmt: skip
    assert promised <= {target.name for target in TARGETS if target.sign}


def test_processor_time_only_grows() -> None:
    before = used_ms(1)
    assert used_ms(1) >= before


def test_memory_that_is_taken_is_seen() -> None:
    with watched(os.getpid()) as peak:
        block = bytearray(64_000_000)
        block[::4096] = b"x" * len(block[::4096])  # a page counts once it was written to
    assert peak.growth_mb > 60 and block


def test_every_uploaded_photo_is_a_picture_of_its_own() -> None:
    head, tail = uploads.noise()
    first, second = (head + uploads.chunk(b"tEXt", b"Comment\0" + name) + tail for name in (b"a", b"b"))
    assert first != second
    assert 1_150_000 < len(first) < 1_250_000
    with Image.open(io.BytesIO(first)) as picture:
        picture.load()
        assert picture.size == (uploads.SIDE, uploads.SIDE)
    assert UUID(uploads.uuid7()).version == 7
