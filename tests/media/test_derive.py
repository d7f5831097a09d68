import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from media.derive import Derived, Unreadable, derive
from tests.media.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    close,
    corners,
    encoded,
    exif_block,
    four_corners,
    gps,
    held,
    webp_chunks,
)

QUARTERS = [RED, GREEN, BLUE, YELLOW]


@pytest.fixture
def made(tmp_path: Path) -> Any:
    def made(data: bytes, **options: Any) -> Derived:
        path = tmp_path / "photo"
        path.write_bytes(data)
        return derive(path, **options)

    return made


def pixels(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp))


def looks_upright(webp: bytes) -> bool:
    return all(close(seen, meant) for seen, meant in zip(corners(webp), QUARTERS, strict=True))


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_out_upright_whichever_way_the_camera_was_held(made: Any, kind: str, turn: int) -> None:
    stored = held(turn)
    derived = made(encoded(stored, kind, exif=exif_block({0x0112: turn})), sizes=(48, 24))
    assert (derived.width, derived.height) == (96, 64)
    assert looks_upright(derived.images[48]) and looks_upright(derived.images[24])
    assert pixels(derived.images[48]).size == (48, 32)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_heic_is_turned_once(made: Any, turn: int) -> None:
    stored = held(turn)
    derived = made(encoded(stored, "HEIF", exif=exif_block({0x0112: turn})))
    assert (derived.width, derived.height) == (96, 64)
    assert looks_upright(derived.images[1600])


def test_sizes_are_the_longest_edge_and_the_original_is_measured_upright(made: Any) -> None:
    derived = made(encoded(four_corners(3000, 4000), quality=60))
    made_of = {size: pixels(data).size for size, data in derived.images.items()}
    assert made_of == {1600: (1200, 1600), 640: (480, 640), 320: (240, 320)}
    assert (derived.width, derived.height) == (3000, 4000)


def test_a_small_photo_is_not_enlarged(made: Any) -> None:
    assert pixels(made(encoded(four_corners(40, 30))).images[1600]).size == (40, 30)


def test_a_strip_of_one_pixel_keeps_its_pixel(made: Any) -> None:
    assert pixels(made(encoded(four_corners(6000, 1), "PNG")).images[320]).size == (320, 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_no_metadata_and_no_tail_survive(made: Any, kind: str) -> None:
    secret = b"28.353 <script>alert(1)</script>"
    exif = exif_block({0x010F: secret, 0x010E: secret}, {}, {1: b"N", 2: [(28, 1)] * 3, 3: b"E", 4: [(112, 1)] * 3})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"comment": secret} if kind == "JPEG" else {}
    photo = encoded(four_corners(), kind, exif=exif, xmp=secret, icc_profile=profile, **options)
    for data in made(photo + b"PK\x03\x04" + secret).images.values():
        assert webp_chunks(data) == [b"VP8 "]
        assert secret not in data


def swapped_profile() -> bytes:
    """sRGB with red and green exchanged: a photo in it must change its colours."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_converted_to_srgb(made: Any, kind: str) -> None:
    photo = encoded(Image.new("RGB", (64, 64), (255, 0, 0)), kind, icc_profile=swapped_profile())
    assert close(corners(made(photo).images[1600])[0], (0, 255, 0))


def test_a_broken_colour_profile_does_not_hide_the_photo(made: Any) -> None:
    assert looks_upright(made(encoded(four_corners(), icc_profile=b"no profile")).images[1600])


def test_what_is_transparent_becomes_white(made: Any) -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    for photo in (encoded(clear, "PNG"), encoded(clear, "WEBP"), encoded(clear.convert("LA"), "PNG")):
        assert close(corners(made(photo).images[320])[0], (255, 255, 255))
    assert close(corners(made(encoded(four_corners().convert("RGBA"), "PNG")).images[320])[0], RED)


def grey16() -> Image.Image:
    return Image.new("I;16", (64, 64), 128 << 8)


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (Image.new("L", (64, 64), 128), "JPEG"),
        (Image.new("CMYK", (64, 64), (0, 0, 0, 127)), "JPEG"),
        (Image.new("L", (64, 64), 128), "PNG"),
        (Image.new("LA", (64, 64), (128, 255)), "PNG"),
        (Image.new("RGB", (64, 64), (128, 128, 128)).quantize(), "PNG"),
        (grey16(), "PNG"),
        (Image.new("L", (64, 64), 128), "HEIF"),
    ],
)
def test_every_kind_of_pixel_keeps_its_brightness(made: Any, image: Image.Image, kind: str) -> None:
    assert close(corners(made(encoded(image, kind)).images[320])[0], (128, 128, 128), by=12)


def test_black_and_white_pixels_are_shown(made: Any) -> None:
    assert close(corners(made(encoded(Image.new("1", (64, 64), 1), "PNG")).images[320])[0], (255, 255, 255))


def test_of_several_pictures_the_first_is_shown(made: Any) -> None:
    other = Image.new("RGB", (96, 64), "black")
    for kind in ("MPO", "WEBP", "PNG", "HEIF"):
        photo = encoded(four_corners(), kind, save_all=True, append_images=[other])
        assert looks_upright(made(photo).images[1600]), kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.3, 0.8, 0.98])
def test_half_a_photo_is_unreadable(made: Any, kind: str, part: float) -> None:
    noise = Image.effect_noise((160, 120), 90).convert("RGB")
    whole = encoded(noise, kind)
    with pytest.raises(Unreadable) as caught:
        made(whole[: int(len(whole) * part)])
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg/>", "unsupported_image"),
        (encoded(four_corners(), "GIF"), "unsupported_image"),
        (b"\xff\xd8\xff\xe0", "damaged"),
    ],
)
def test_what_is_no_photo_is_unreadable(made: Any, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        made(data)
    assert caught.value.reason == reason


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_does_not_hide_the_photo(made: Any) -> None:
    for exif in (b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0", gps([(0, 0)] * 3, [(0, 0)] * 3)):
        assert looks_upright(made(encoded(four_corners(), exif=exif)).images[1600])


def test_a_missing_file_says_nothing_about_the_photo(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        derive(tmp_path / "gone")
