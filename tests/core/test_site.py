"""The app's own files, as a browser gets them."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from backend.main import create_app
from tests.conftest import make_settings

SCRIPT = "/* a script that is worth compressing */\n" * 200


@pytest.fixture
def site(tmp_path: Path) -> httpx.AsyncClient:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>巡城</title>")
    (folder / "sw.js").write_text(SCRIPT)
    settings = make_settings("postgresql://nobody@127.0.0.1:1/none", tmp_path)
    app = create_app(replace(settings, pwa=folder))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


async def test_a_script_is_compressed_once(site: httpx.AsyncClient) -> None:
    answer = await site.get("/sw.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == SCRIPT


async def test_every_page_of_the_app_is_its_index(site: httpx.AsyncClient) -> None:
    answer = await site.get("/t/anything", headers={"Accept-Encoding": "gzip"})
    assert "巡城" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
