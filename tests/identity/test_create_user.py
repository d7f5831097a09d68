import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.identity.commands import create_user
from tests.conftest import SCHEMA

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def run(
    engine: AsyncEngine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Run]:
    """The command on the real database, in a thread of its own; what it commits is taken away afterwards."""
    for name, value in {
        "DATABASE_URL": database_url,
        "XUNCHENG_SCHEMA": SCHEMA,
        "XUNCHENG_SECRET": "x" * 32,
        "XUNCHENG_STORE": f"folder:{tmp_path}",
        "XUNCHENG_SPOOL": str(tmp_path),
        "XUNCHENG_ORIGIN": "https://x.example",
    }.items():
        monkeypatch.setenv(name, value)

    async def invoke(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, create_user, arguments)

    yield invoke
    async with engine.begin() as connection:
        for table in ("one_time_link", "post", "person"):
            await connection.execute(text(f"delete from {table}"))


async def test_an_account_is_made_once_and_its_link_printed(run: Run) -> None:
    made = await run("Chen", "--name", "陈管理", "--role", "administrator", "--from", "2026-11-24")
    assert made.exit_code == 0, made.output
    assert made.output.startswith("https://x.example/welcome/")
    twice = await run("chen", "--name", "陈管理", "--role", "administrator")
    assert twice.exit_code == 1
    assert "there is an account chen already" in twice.output
    again = await run("Chen", "--new-link")
    assert again.exit_code == 0
    assert again.output != made.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("chen",), "--name and --role are needed"),
        (("chen", "--new-link"), "there is no account chen"),
        (("chen", "--name", "陈", "--role", "squad_leader"), "needs a squad"),
        (("chen", "--name", "陈", "--role", "squad_leader", "--squad", "nowhere"), "there is no squad nowhere"),
        (("chen", "--name", "陈", "--role", "king"), "king"),
        (("c h", "--name", "陈", "--role", "operator"), "letters, digits"),
    ],
)
async def test_what_makes_no_account_gets_one_clear_sentence(
    run: Run, arguments: tuple[str, ...], complaint: str
) -> None:
    result = await run(*arguments)
    assert result.exit_code in (1, 2)
    assert complaint in result.output
    assert "Traceback" not in result.output
