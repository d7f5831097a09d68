"""Odd photos, odd positions, odd clocks: what is saved is what was seen, or it says clearly why not."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import piexif
import pillow_heif
import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from tests.faults.app import UNDO_S, App, Disk, new_app
from tests.faults.conftest import Judge
from tests.faults.world import World

REAL_PLACE = "try { localStorage.setItem('xuncheng.demo_place', JSON.stringify({on: false, place: null})) } catch {}"
NEVER = "navigator.geolocation.watchPosition = () => 1;"
OLD = """
  navigator.geolocation.watchPosition = (came) => {
    const coords = { longitude: 112.82, latitude: 28.353, accuracy: 9 };
    setTimeout(() => came({ timestamp: Date.now() - %d, coords }));
    return 1;
  };
"""


def location(disk: Disk) -> dict[str, Any] | None:
    (item,) = disk.items
    found: dict[str, Any] | None = json.loads(item["payload"])["location"]
    return found


@pytest.mark.row(38)
@pytest.mark.parametrize("what", ["denied", "never comes", "2 km", "8 minutes old", "hours old"])
async def test_no_position_or_a_bad_one_never_stops_a_report(
    world: World, browser: Browser, judge: Judge, what: str
) -> None:
    more: dict[str, Any] = {}
    if what == "denied":
        more["permissions"] = []
    if what == "2 km":
        more["geolocation"] = {"latitude": 28.353, "longitude": 112.82, "accuracy": 2000}
    app = await new_app(world, browser, **more)
    await app.context.add_init_script(REAL_PLACE)
    script = {"never comes": NEVER, "8 minutes old": OLD % 480_000, "hours old": OLD % 36_000_000}.get(what)
    if script:
        await app.context.add_init_script(script)
    await app.first_open()
    row = app.page.get_by_role("main").get_by_role("button", name="地点")
    words = {"denied": "没有位置权限", "2 km": "2000", "8 minutes old": "没有位置"}.get(what)
    await app.take()
    if words:
        await expect(row.filter(has_text=words).first).to_be_visible()
    await app.choose()
    found = location(await app.send())
    if what in ("denied", "never comes", "hours old"):
        assert found is None
    elif what == "2 km":
        assert found is not None
        assert found["accuracy_m"] == 2000
    else:
        assert found is not None
        assert 470 < found["age_s"] < 600
    await app.skip(UNDO_S)
    await app.delivered()
    await judge(app)
    await app.close()


def jpeg(width: int, height: int, orientation: int | None = None) -> bytes:
    """Left half white, right half black, upright; with `orientation` as a turned phone stores it."""
    picture = Image.new("L", (width, height), 255)
    picture.paste(0, (width // 2, 0, width, height))
    out, exif = io.BytesIO(), b""
    if orientation == 6:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    picture.convert("RGB").save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.linear_gradient("L").convert("RGB")).save(out, quality=60)
    return out.getvalue()


def png() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "PNG")
    return out.getvalue()


def named(body: bytes, name: str = "camera.jpg", mime: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "mimeType": mime, "buffer": body}


async def stored(world: World, disk: Disk) -> list[tuple[bytes, dict[str, Any]]]:
    """Bytes in the store and the manifest entry of each photo of the one report."""
    (item,) = disk.items
    found = []
    for entry in json.loads(item["payload"])["photos"]:
        key = await world.ask(
            "select store_key from photo where intake_id = $1 and photo_id = $2", item["id"], entry["id"]
        )
        found.append((world.store_read(key) or b"", entry))
    return found


@pytest.mark.row(39)
async def test_photos_of_48_megapixels_of_heic_of_png_and_turned_ones_arrive_upright_and_small(
    world: World, app: App, judge: Judge
) -> None:
    whole = heic()
    files = [
        named(jpeg(8000, 6000)),
        named(jpeg(600, 400, orientation=6)),
        named(png(), "renamed.jpg"),
        named(whole, "IMG_1.heic", "image/heic"),
    ]
    for number, file in enumerate(files, 1):
        await app.camera().set_input_files([file])
        shown = app.page.get_by_role("button", name=f"去掉第 {number} 张照片")
        await expect(shown).to_be_visible()
    await app.choose()
    await app.send()
    await app.skip(UNDO_S)
    disk = await app.delivered()
    large, turned, other, apple = await stored(world, disk)
    assert len(large[0]) < 1_200_000
    with Image.open(io.BytesIO(large[0])) as picture:
        assert max(picture.size) <= 1920
    with Image.open(io.BytesIO(turned[0])) as picture:
        assert picture.size == (600, 400)
        assert picture.getexif().get(0x0112, 1) == 1
        assert picture.convert("L").getpixel((100, 200)) > 200 > 50 > picture.convert("L").getpixel((500, 200))
    with Image.open(io.BytesIO(other[0])) as picture:
        assert picture.size == (256, 256)
    assert apple[0] == whole, "what this browser cannot draw goes as it is"
    await judge(app)


@pytest.mark.row(39)
async def test_an_empty_file_is_refused_clearly_and_leaves_nothing(world: World, app: App, judge: Judge) -> None:
    await app.camera().set_input_files([named(b"")])
    await expect(app.page.get_by_text("这个文件是空的，没有存。请换一张。")).to_be_visible()
    assert not (await app.disk()).photos
    await app.report()
    await app.skip(UNDO_S)
    await app.delivered()
    await judge(app)


@pytest.mark.row(37)
@pytest.mark.parametrize("off", [timedelta(days=-3), timedelta(days=730)], ids=str)
async def test_a_phone_with_a_wrong_clock_sends_and_says_how_wrong_it_is(
    world: World, browser: Browser, judge: Judge, off: timedelta
) -> None:
    app = await new_app(world, browser, clock=False)
    await app.context.clock.install(time=datetime.now(UTC) + off)
    await app.first_open()
    await app.take()
    await app.choose()
    disk = await app.send()
    payload = json.loads(disk.items[0]["payload"])
    assert abs(timedelta(milliseconds=payload["clock_offset_ms"]) + off) < timedelta(minutes=5)
    await app.skip(UNDO_S)
    await app.skip(3600)  # a clock that jumps while it is being sent
    await app.delivered()
    received = await world.ask("select received_at from report where id = $1", payload["id"])
    assert abs(received - datetime.now(UTC)) < timedelta(minutes=5)
    await judge(app)
    await app.close()
