"""What may be shown of a photo: small, upright, without metadata, encoded by us.

Decoders of strangers' bytes run here. In a service call this through `pool.DerivePool`, never directly.
"""

import io
import os
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms

from media.facts import facts
from media.sniff import MAX_PIXELS, Refused, sniff

SIZES = (1600, 640, 320)
QUALITY = 80
EFFORT = 2  # of libwebp, 0-6; 4 saves 3 % of the bytes for a quarter more time

# One thread: the pool runs a process per core. Embedded thumbnails may show something else than the picture.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
# The limit is ours, checked below; Pillow's own warns at half of it.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)

PILLOW_FORMAT = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "HEIC": "HEIF"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Unreadable(Exception):
    """No picture can be made of this file.

    `reason` is stable: damaged | unsupported_image | too_many_pixels | empty | out_of_memory | too_slow |
    decoder_died.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Derived:
    """images: WebP by the longest edge asked for, in pixels (a smaller photo is not enlarged).

    width, height: pixels of the upright original.
    """

    images: dict[int, bytes]
    width: int
    height: int


def derive(path: str | os.PathLike[str], sizes: Sequence[int] = SIZES) -> Derived:
    """Decodes a photo once and makes a WebP of each size: sRGB, upright, no alpha, no metadata.

    A photo that is cut off counts as unreadable: half a picture is not shown as evidence of the whole. Raises
    Unreadable; and OSError when the file itself cannot be read, which says nothing about the photo.
    """
    data = Path(path).read_bytes()
    orientation = facts(path).orientation
    try:
        kind = sniff(io.BytesIO(data)).format
        return _derive(io.BytesIO(data), PILLOW_FORMAT[kind], orientation, sorted(sizes, reverse=True))
    except Refused as refused:
        raise Unreadable(refused.code, refused.detail) from None
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("out_of_memory") from None
    except Exception as error:  # decoders raise whatever they like; all of it means the same
        raise Unreadable("damaged", f"{type(error).__name__}: {error}"[:200]) from None


def _derive(data: io.BytesIO, kind: str, orientation: int, sizes: list[int]) -> Derived:
    with Image.open(data, formats=[kind]) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS:  # libheif and Pillow may see another size than the header said
            raise Unreadable("too_many_pixels", f"{width}x{height}")
        size = _fit(width, height, sizes[0])
        if kind == "JPEG":
            opened.draft(None, size)  # decodes at 1/2, 1/4 or 1/8, never below the size
        profile = opened.info.get("icc_profile")
        opened.load()
        image = _shrink(_eight_bit(opened), size)
    image = _on_white(_srgb(image, profile))
    if orientation in TURNS:  # after shrinking: a turn of few pixels is cheap
        image = image.transpose(TURNS[orientation])
    if orientation >= 5:
        width, height = height, width
    images = {}
    for edge in sizes:
        image = _shrink(image, _fit(*image.size, edge))
        images[edge] = _webp(image)
    return Derived(images, width, height)


def _fit(width: int, height: int, edge: int) -> tuple[int, int]:
    scale = min(1.0, edge / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _eight_bit(image: Image.Image) -> Image.Image:
    """A mode that can be resampled."""
    if image.mode.startswith("I"):  # 16-bit greyscale; convert() alone would clip it to white
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("RGB")


def _srgb(image: Image.Image, profile: object) -> Image.Image:
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    if isinstance(profile, bytes) and image.mode in ("RGB", "RGBA", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):  # a broken profile: colours as they are
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            colours = image.convert("RGB") if alpha else image
            converted = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                image = converted
    image = image.convert("RGB")
    if alpha is not None:
        image.putalpha(alpha)
    return image


def _on_white(image: Image.Image) -> Image.Image:
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return flat


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=EFFORT, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
