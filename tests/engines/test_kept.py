"""What the service worker keeps is the whole app: a page opens without network even when nothing else was kept."""

import json

import pytest

from tests.e2e.stack import Broken, built

LAZY = "maplibre-"
"""The map's library: several times the rest of the app, and only fetched where there is network."""


def test_every_part_of_the_app_but_the_maps_library_is_kept_for_reading_without_network() -> None:
    try:
        dist = built()
    except Broken as why:
        pytest.fail(str(why), pytrace=False)
    worker = (dist / "sw.js").read_text()
    manifest = json.loads((dist / ".vite" / "manifest.json").read_text())
    parts = {row["file"] for row in manifest.values()} | {
        css for row in manifest.values() for css in row.get("css", [])
    }
    scripts = {part for part in parts if part.endswith((".js", ".css")) and LAZY not in part}
    assert len(scripts) > 20
    assert [part for part in sorted(scripts) if part not in worker] == []
    assert "index.html" in worker
