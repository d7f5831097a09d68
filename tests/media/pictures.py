"""Photos made for one fact each."""

import io
from collections.abc import Mapping
from typing import Any

import piexif
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 180, 20), (20, 20, 220), (230, 220, 20)

# How a camera that writes EXIF orientation n has turned the picture before it stored it.
STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners(width: int = 96, height: int = 64) -> Image.Image:
    """Red, green / blue, yellow: no two turns of it look alike."""
    image = Image.new("RGB", (2, 2))
    image.putdata([RED, GREEN, BLUE, YELLOW])
    return image.resize((width, height), Image.Resampling.NEAREST)


def held(turn: int) -> Image.Image:
    """`four_corners` as a camera stores it when it writes this EXIF orientation beside it."""
    upright = four_corners()
    return upright if turn == 1 else upright.transpose(STORED_AS[turn])


def corners(webp: bytes) -> list[tuple[int, int, int]]:
    """The colours in the middle of the four quarters, to compare with those of `four_corners`."""
    image = Image.open(io.BytesIO(webp)).convert("RGB")
    width, height = image.size
    points = [(width // 4 + dx * width // 2, height // 4 + dy * height // 2) for dy in (0, 1) for dx in (0, 1)]
    return [image.getpixel(point) for point in points]  # type: ignore[misc]


def close(one: tuple[int, ...], other: tuple[int, ...], by: int = 30) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif_block(
    main: Mapping[int, Any] | None = None, exif: Mapping[int, Any] | None = None, gps: Mapping[int, Any] | None = None
) -> bytes:
    """An EXIF block as piexif writes it; rationals are (numerator, denominator)."""
    return bytes(piexif.dump({"0th": dict(main or {}), "Exif": dict(exif or {}), "GPS": dict(gps or {})}))


def gps(lat: Any, lon: Any, lat_ref: Any = b"N", lon_ref: Any = b"E") -> bytes:
    """An EXIF block with this position; None leaves a tag out."""
    tags = {1: lat_ref, 2: lat, 3: lon_ref, 4: lon}
    return exif_block(gps={tag: value for tag, value in tags.items() if value is not None})


def webp_chunks(data: bytes) -> list[bytes]:
    """Names of the chunks of a WebP; fails if the file goes on behind its own end."""
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    assert len(data) == 8 + int.from_bytes(data[4:8], "little")
    names, at = [], 12
    while at < len(data):
        names.append(data[at : at + 4])
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)
    return names
