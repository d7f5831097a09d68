"""`xuncheng rescue-import`: the same at the server itself."""

from pathlib import Path

from click.testing import CliRunner, Result

from backend.admin.rescue.commands import rescue_import
from backend.admin.rescue.key import public_jwk
from backend.core.clock import uuid7
from tests.admin.rescue_files import Phone
from tests.conftest import SCHEMA
from tests.make import jpeg, report_payload

SECRET = "a secret for the command, 40 characters."
RED, GREEN, BLUE = jpeg("red"), jpeg("green"), jpeg("blue")


def command(database_url: str, folder: Path, file: Path, secret: str = SECRET) -> Result:
    env = {
        "DATABASE_URL": database_url,
        "XUNCHENG_SCHEMA": SCHEMA,
        "XUNCHENG_SECRET": secret,
        "XUNCHENG_STORE": f"folder:{folder / 'store'}",
        "XUNCHENG_SPOOL": str(folder / "spool"),
        "COLUMNS": "300",
    }
    return CliRunner().invoke(rescue_import, [str(file)], env=env)


def test_the_command_shows_what_became_of_each_item_and_fails_when_one_was_refused(
    database_url: str, tmp_path: Path
) -> None:
    phone = Phone()
    item = phone.report(report_payload(RED, captured_by=str(uuid7())), RED)
    file = tmp_path / "unsent.zip"
    file.write_bytes(phone.export(public_jwk(SECRET)))
    result = command(database_url, tmp_path, file)
    assert result.exit_code == 1
    assert all(word in result.output for word in (item["id"], "refused", "unknown_owner"))
    assert list((tmp_path / "spool").iterdir()) == []


def test_the_command_says_in_one_line_why_it_took_nothing(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "unsent.zip"
    file.write_bytes(Phone().export(public_jwk(SECRET)))
    other = command(database_url, tmp_path, file, secret="another secret of at least 32 characters")
    assert (other.exit_code, other.output.startswith("Error: rescue_other_key")) == (1, True)
    file.write_bytes(file.read_bytes()[:200])
    cut_off = command(database_url, tmp_path, file)
    assert (cut_off.exit_code, cut_off.output.count("\n")) == (1, 1)
    assert cut_off.output.startswith("Error: rescue_unreadable")
