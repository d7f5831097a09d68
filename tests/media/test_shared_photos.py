"""Photos of real cameras, and hostile files, against what two other readers found in them."""

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from media.derive import Unreadable
from media.facts import facts
from media.pool import DerivePool
from media.sniff import Refused, sniff
from tests.media.pictures import webp_chunks

SETS = ("photos_geo", "photos_oddgps", "photos_orient", "photos_nogps", "photos_track")

# What differs from photos_manifest.csv, and why that is right.
DIFFERS = {
    "mei__Samsung_GT-I9000_Galaxy_S_.jpg": "0,0 is a camera without a fix, not a place",
    "mei__FLIR_Vue_Pro_640.jpg": "0,0 is a camera without a fix, not a place",
    "exiv2__avif_metadata2.avif": "AVIF is refused",
    "mei__Issue_649.avif": "AVIF is refused",
}

# Cut off in the collection it comes from: header and EXIF are whole, the picture is not.
CUT_OFF = {"pillow__ultrahdr.jpg"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
async def pool() -> AsyncIterator[DerivePool]:
    async with DerivePool(workers=2) as pool:
        yield pool


def differences(row: dict[str, str], path: Path) -> list[str]:
    found = facts(path)
    taken = found.taken_at.strftime("%Y:%m:%d %H:%M:%S") if found.taken_at else ""
    expected = (float(row["lat"]), float(row["lon"])) if row["lat"] else (None, None)
    pairs = {
        "position": ((found.lat, found.lon), pytest.approx(expected, abs=1e-6)),
        "taken": (taken, row["taken"]),
        "orientation": (found.orientation, int(row["orientation_raw"] or 1) or 1),
        "size": (f"{found.width}x{found.height}", f"{row['width']}x{row['height']}"),
        "camera": ((found.make or "", found.model or ""), (row["make"], row["model"])),
    }
    return [f"{name}: {ours} instead of {theirs}" for name, (ours, theirs) in pairs.items() if ours != theirs]


def test_position_time_orientation_size_and_camera_are_those_of_the_manifest(shared: Path) -> None:
    listed = [row for row in rows(shared / "photos_manifest.csv") if row["set"] in SETS]
    assert len(listed) >= 70
    found = {row["file"]: differences(row, shared / row["set"] / row["file"]) for row in listed}
    differing = {name: what for name, what in found.items() if what}
    assert differing.keys() == DIFFERS.keys(), differing


def test_of_the_odd_positions_only_the_expected_are_places(shared: Path) -> None:
    for row in rows(shared / "oddgps_expected.csv"):
        found = facts(shared / "photos_oddgps" / row["file"])
        place = row["expected"].split(" or ")[0]
        if row["file"] in DIFFERS or place.startswith("no GPS"):
            assert (found.lat, found.lon) == (None, None), row
        else:
            expected = tuple(map(float, place.split(",")))
            assert (found.lat, found.lon) == pytest.approx(expected, abs=1e-6), row


async def test_every_photo_of_a_real_camera_can_be_shown(shared: Path, pool: DerivePool) -> None:
    accepted = [row for row in rows(shared / "photos_manifest.csv") if row["set"] in SETS[:2]]
    accepted = [row for row in accepted if not row["file"].endswith(".avif")]
    assert len(accepted) >= 40

    async def one(row: dict[str, str]) -> None:
        photo = shared / row["set"] / row["file"]
        if row["file"] in CUT_OFF:
            with pytest.raises(Unreadable, match="damaged"):
                await pool.derive(photo)
            return
        derived = await pool.derive(photo, sizes=(320,))
        assert webp_chunks(derived.images[320]) == [b"VP8 "], row["file"]
        turned = row["format"] != "HEIF" and row["orientation_raw"] in ("5", "6", "7", "8")
        size = (derived.height, derived.width) if turned else (derived.width, derived.height)
        assert size == (int(row["width"]), int(row["height"])), row["file"]

    await asyncio.gather(*map(one, accepted))


async def test_all_turns_of_one_picture_look_alike(shared: Path, pool: DerivePool) -> None:
    for series in ("orient__Landscape", "exif-samples__portrait"):
        paths = sorted((shared / "photos_orient").glob(f"{series}_*"))
        shown = await asyncio.gather(*(pool.derive(path, sizes=(160,)) for path in paths))
        images = [Image.open(io.BytesIO(derived.images[160])) for derived in shown]
        for path, image in zip(paths, images, strict=True):
            assert image.size == images[0].size, path.name
            away = ImageStat.Stat(ImageChops.difference(image, images[0])).mean
            # the number of the turn is written into each picture, so they are not quite equal
            assert max(away) < 12, path.name


async def test_no_hostile_file_is_more_than_refused_unreadable_or_our_own_picture(shared: Path) -> None:
    files = rows(shared / "hostile_manifest.csv")
    assert len(files) >= 130
    outcomes: dict[str, str] = {}

    async def one(pool: DerivePool, path: Path) -> None:
        start = time.perf_counter()
        facts(path)
        try:
            sniff(path)
            derived = await pool.derive(path)
        except Refused as refused:
            outcomes[path.name] = f"refused: {refused.code}"
        except Unreadable as unreadable:
            outcomes[path.name] = f"unreadable: {unreadable.reason}"
        else:
            outcomes[path.name] = "shown"
            for data in derived.images.values():
                assert webp_chunks(data) == [b"VP8 "], path.name
                assert b"<script" not in data and b"PK\x03\x04" not in data
        assert time.perf_counter() - start < 5, path.name

    async with DerivePool(max_bytes=500_000_000) as pool:
        for row in files:
            await one(pool, shared / "hostile" / row["file"])
    # none of them hung, killed or bloated its decoder
    assert {outcome for outcome in outcomes.values() if outcome.startswith("unreadable")} == {"unreadable: damaged"}
    assert outcomes["disguised__zip_appended.jpg"] == outcomes["xss-meta__comment_script.jpg"] == "shown"
    assert outcomes["bomb__bomb_1bit_40000x40000.png"] == "refused: too_many_pixels"
    assert outcomes["bomb__jpeg_sof_65500x65500.jpg"] == "refused: too_many_pixels"
    assert outcomes["truncated__truncated_80000.jpg"] == "unreadable: damaged"
    assert outcomes["disguised__svg_as.jpg"] == outcomes["disguised__html_as.jpg"] == "refused: unsupported_image"
