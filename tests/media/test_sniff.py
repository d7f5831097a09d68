import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sniff import Refused, sniff
from tests.media.pictures import encoded, four_corners

PICTURE = four_corners()
MPO = encoded(PICTURE, "MPO", save_all=True, append_images=[PICTURE])
ACCEPTED = {
    "jpeg": (encoded(PICTURE), "JPEG", "image/jpeg"),
    "progressive jpeg": (encoded(PICTURE, progressive=True), "JPEG", "image/jpeg"),
    "multi-picture jpeg": (MPO, "JPEG", "image/jpeg"),
    "png": (encoded(PICTURE, "PNG"), "PNG", "image/png"),
    "lossy webp": (encoded(PICTURE, "WEBP"), "WEBP", "image/webp"),
    "lossless webp": (encoded(PICTURE, "WEBP", lossless=True), "WEBP", "image/webp"),
    "webp with exif": (encoded(PICTURE, "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"), "WEBP", "image/webp"),
    "heic": (encoded(PICTURE, "HEIF"), "HEIC", "image/heic"),
}


def refusal(data: bytes, **options: int) -> str:
    with pytest.raises(Refused) as caught:
        sniff(io.BytesIO(data), **options)
    return caught.value.code


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_four_formats_are_known_with_their_size(name: str) -> None:
    data, kind, mime = ACCEPTED[name]
    found = sniff(io.BytesIO(data))
    assert (found.format, found.mime, found.width, found.height) == (kind, mime, 96, 64)


def test_the_file_name_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(PICTURE, "PNG"))
    assert sniff(path).format == "PNG"


@pytest.mark.parametrize(
    "data",
    [
        encoded(PICTURE, "GIF"),
        encoded(PICTURE, "TIFF"),
        encoded(PICTURE, "BMP"),
        encoded(PICTURE, "AVIF"),
        encoded(PICTURE, "EPS"),
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif",
        b"%PDF-1.7",
        b"\xff",
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    assert refusal(data) == "unsupported_image"


def test_an_empty_file_is_refused_as_empty() -> None:
    assert refusal(b"") == "empty"


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height, 8, 2, 0, 0, 0, 0)


def test_a_bomb_is_refused_by_its_header_alone() -> None:
    assert refusal(png_header(40_000, 40_000)) == "too_many_pixels"


def test_a_hundred_megapixels_are_the_limit() -> None:
    assert sniff(io.BytesIO(png_header(10_000, 10_000))).width == 10_000
    assert refusal(png_header(10_000, 10_001)) == "too_many_pixels"
    assert refusal(encoded(PICTURE), max_pixels=96 * 64 - 1) == "too_many_pixels"


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_damaged_body_is_accepted(name: str) -> None:
    data, kind, _ = ACCEPTED[name]
    assert sniff(io.BytesIO(data[: len(data) * 3 // 4])).format == kind


@pytest.mark.parametrize("keep", [3, 4, 20, 100, 160])
def test_a_jpeg_cut_anywhere_is_accepted(keep: int) -> None:
    assert sniff(io.BytesIO(ACCEPTED["jpeg"][0][:keep])).format == "JPEG"


def test_a_heic_turned_by_its_container_has_the_size_it_is_shown_in() -> None:
    # the encoder turns EXIF orientation 6 into the container's own rotation
    exif = four_corners().getexif()
    exif[0x0112] = 6
    found = sniff(io.BytesIO(encoded(PICTURE, "HEIF", exif=exif.tobytes())))
    assert (found.width, found.height) == (64, 96)


@pytest.mark.parametrize("unit", [b"\xff\xe1\x00\x02", b"\xff", b"\0", b"\xff\xd0"])
def test_millions_of_empty_segments_cost_no_time(unit: bytes) -> None:
    stream = CountedReads(b"\xff\xd8\xff" + unit * 5_000_000)
    sniff(stream)
    assert stream.reads < 100_000


class CountedReads(io.BytesIO):
    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return super().read(size)


HEADS = [data[:n] for data, _, _ in ACCEPTED.values() for n in (4, 12, 40)]


@given(st.sampled_from(HEADS), st.binary(max_size=400))
def test_noise_behind_any_magic_is_accepted_or_refused_but_never_an_error(head: bytes, noise: bytes) -> None:
    try:
        sniff(io.BytesIO(head + noise))
    except Refused as refused:
        assert refused.code in ("unsupported_image", "too_many_pixels")


@given(st.sampled_from(sorted(ACCEPTED)), st.data())
def test_a_photo_with_flipped_bytes_is_accepted_or_refused_but_never_an_error(name: str, draw: st.DataObject) -> None:
    data = bytearray(ACCEPTED[name][0])
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=8)):
        data[place] ^= draw.draw(st.integers(1, 255))
    try:
        sniff(io.BytesIO(bytes(data)))
    except Refused as refused:
        assert refused.code in ("unsupported_image", "too_many_pixels")


def test_a_disk_that_cannot_be_read_is_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sniff(tmp_path / "gone.jpg")
