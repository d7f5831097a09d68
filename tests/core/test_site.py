"""The app's own files, as a browser gets them."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from backend.core.site import Site
from backend.main import create_app
from tests.conftest import make_settings

SCRIPT = "/* a script that is worth compressing */\n" * 200

PARTS = {
    "index.html": {"file": "assets/index-1.js", "imports": ["_vue-1.js"]},
    "_vue-1.js": {"file": "assets/vue-1.js"},
    "_button-1.js": {"file": "assets/button-1.js", "css": ["assets/button-1.css"], "imports": ["_vue-1.js"]},
    "src/features/report/CapturePage.vue": {"file": "assets/CapturePage-1.js", "imports": ["_button-1.js"]},
    "src/features/track/TrackPage.vue": {"file": "assets/TrackPage-1.js", "imports": ["_vue-1.js"]},
}
"""A build's list of its parts, as vite writes it."""


@pytest.fixture
def site(tmp_path: Path) -> httpx.AsyncClient:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>巡城</title>")
    (folder / "sw.js").write_text(SCRIPT)
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text(json.dumps(PARTS))
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


async def test_a_page_names_its_own_parts_so_that_they_come_beside_the_first_script(site: httpx.AsyncClient) -> None:
    start = (await site.get("/")).headers["link"]
    assert "</assets/CapturePage-1.js>; rel=modulepreload" in start
    assert "</assets/button-1.css>; rel=preload; as=style" in start
    assert "vue-1" not in start  # index.html names it already
    assert (await site.get("/t/anything")).headers["link"] == "</assets/TrackPage-1.js>; rel=modulepreload"
    assert "link" not in (await site.get("/desk")).headers
    assert "link" not in (await site.get("/sw.js")).headers


def test_a_demo_says_so_in_the_page_itself(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<!doctype html>\n<html lang="zh-CN"><body></body></html>')
    served, demo = Site(tmp_path).find("index.html"), Site(tmp_path, demo=True).find("index.html")
    assert served and demo
    assert b"data-demo" not in served.body
    assert b'<html data-demo lang="zh-CN">' in demo.body
    assert served.etag != demo.etag


def test_a_page_opened_from_cold_shows_its_title_before_the_app_runs(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<html lang="zh-CN"><body><div id="app"></div></body></html>')
    (tmp_path / "shell").mkdir()
    (tmp_path / "shell" / "track.html").write_text("<h1>上报进度</h1>\n")
    site = Site(tmp_path)
    track, desk, kept = site.page("t/anything"), site.page("desk"), site.find("index.html")
    assert track and desk and kept
    assert '<div id="app"><h1>上报进度</h1></div>' in track.body.decode()
    assert b'<div id="app"></div>' in desk.body
    assert kept is desk  # what the service worker keeps is the same document for every page
    assert site.find("shell/track.html") is None
