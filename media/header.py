"""What the readers of the containers fill in, and the formats there are."""

from dataclasses import dataclass
from typing import Literal

Format = Literal["JPEG", "PNG", "WEBP", "HEIC"]

MIME: dict[Format, str] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIC": "image/heic",
}

MAX_EXIF_BYTES = 1_000_000


@dataclass(slots=True)
class Header:
    """What the header declares; a damaged one leaves the later fields as they are here.

    width, height: pixels as a decoder gives them, before EXIF orientation.
    pixels: the largest picture declared anywhere in the file (a HEIC holds several).
    exif: the TIFF block, perhaps with its `Exif\\0\\0` prefix.
    """

    format: Format
    width: int | None = None
    height: int | None = None
    pixels: int = 0
    exif: bytes = b""

    def set_size(self, width: int, height: int) -> None:
        """Takes the first size that is one: decoders go by the first, and 0 is damage."""
        if self.width is None and width > 0 and height > 0:
            self.width, self.height, self.pixels = width, height, width * height
