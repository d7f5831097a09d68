"""compose.yaml is read, not run: its schema, and what an operator relies on."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRET = re.compile(r"PASSWORD|SECRET|KEY")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_compose_file_obeys_the_compose_schema() -> None:
    words = ["--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_proxy_can_be_reached_from_outside(compose: Any) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["data"] == {"internal": True}
    assert compose["services"]["db"]["networks"] == ["data"]
    assert compose["services"]["store"]["networks"] == ["data"]


def test_no_variable_has_a_default() -> None:
    used = re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", (ROOT / "compose.yaml").read_text())
    assert {name for name, _ in used} >= {"POSTGRES_PASSWORD", "S3_SECRET_KEY", "XUNCHENG_SECRET"}
    assert [name for name, rest in used if not rest.startswith(":?")] == []


def test_no_secret_is_written_down(compose: Any) -> None:
    written = [
        (name, key)
        for name, service in compose["services"].items()
        for key, value in service.get("environment", {}).items()
        if SECRET.search(key) and not str(value).startswith("${")
    ]
    assert written == []


def test_image_does_not_run_as_root_and_holds_no_local_files() -> None:
    assert "USER xuncheng" in (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "**"
    assert "!.local" not in ignored


def test_server_trusts_the_proxys_network_alone(compose: Any) -> None:
    subnet = compose["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert compose["services"]["api"]["environment"]["XUNCHENG_TRUSTED_PROXY"] == subnet
