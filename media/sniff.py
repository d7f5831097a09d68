"""What kind of image a file is, by its first bytes and header: the gate before anything is stored."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.container import read_header
from media.header import MIME, Format

MAX_PIXELS = 100_000_000


class Refused(Exception):
    """This file is not accepted, now or ever. `code`: empty | unsupported_image | too_many_pixels."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Sniffed:
    """width, height: pixels as coded, before EXIF orientation; None where a damaged header does not say."""

    mime: str
    format: Format
    width: int | None
    height: int | None


def sniff(source: str | os.PathLike[str] | BinaryIO, *, max_pixels: int = MAX_PIXELS) -> Sniffed:
    """Accepts JPEG (multi-picture included), PNG, WebP and HEIC by their magic bytes (contract.md).

    Reads headers only. A damaged body with the right magic is accepted: the original is kept as it was sent
    and becomes `unreadable` when it is decoded. Raises Refused; and OSError when the file itself cannot be
    read, since a sick disk must not be told to the phone as a final refusal.
    """
    if not isinstance(source, str | os.PathLike):
        return _sniff(source, max_pixels)
    with Path(source).open("rb") as file:
        return _sniff(file, max_pixels)


def _sniff(file: BinaryIO, max_pixels: int) -> Sniffed:
    header = read_header(file)
    if header is None:
        file.seek(0)
        if not file.read(1):
            raise Refused("empty", "The file has no bytes.")
        raise Refused("unsupported_image", "Only JPEG, PNG, WebP and HEIC pictures are accepted.")
    if header.pixels > max_pixels:
        raise Refused("too_many_pixels", f"{header.pixels} pixels; at most {max_pixels} are accepted.")
    return Sniffed(MIME[header.format], header.format, header.width, header.height)
