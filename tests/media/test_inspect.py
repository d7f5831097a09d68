import json
import subprocess
import sys
from pathlib import Path

from tests.media.pictures import encoded, four_corners, gps

ROOT = Path(__file__).resolve().parents[2]


def inspect(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "media", "inspect", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_inspect_prints_what_a_photo_says_and_fails_if_one_is_not_accepted(tmp_path: Path) -> None:
    photo, page = tmp_path / "photo.jpg", tmp_path / "page.jpg"
    photo.write_bytes(encoded(four_corners(), exif=gps([(28, 1), (30, 1), (0, 1)], [(112, 1), (0, 1), (0, 1)])))
    page.write_bytes(b"<html>")
    found = inspect("--json", str(photo))
    row = json.loads(found.stdout)
    assert (found.returncode, row["format"], row["lat"], row["lon"]) == (0, "JPEG", 28.5, 112.0)
    found = inspect(str(page), str(photo))
    assert found.returncode == 2
    assert "error=unsupported_image" in found.stdout and "lat=28.5" in found.stdout
