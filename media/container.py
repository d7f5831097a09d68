"""Headers of the four accepted containers, in plain Python: no decoder sees a byte before this has.

Every loop is bounded and every length checked, so a hostile file costs some milliseconds at most.
"""

import struct
from contextlib import suppress
from typing import BinaryIO

from media import heic
from media.header import MAX_EXIF_BYTES, Format, Header

# A 25 MB file can hold millions of empty segments; a real photo has some hundred.
MAX_STEPS = 20_000

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
EXIF_PREFIX = b"Exif\x00\x00"
SOF_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
MARKERS_WITHOUT_LENGTH = frozenset({0x00, 0x01, 0xD8}) | frozenset(range(0xD0, 0xD8))


def format_of(start: bytes) -> Format | None:
    """The accepted container that the first 256 bytes announce; file names and MIME types do not count."""
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start.startswith(PNG_SIGNATURE):
        return "PNG"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    if heic.is_heic(start):
        return "HEIC"
    return None


def read_header(file: BinaryIO) -> Header | None:
    """Reads size and EXIF of an open, seekable file; None if it is none of the accepted formats.

    Raises only OSError, when the file itself cannot be read.
    """
    file.seek(0)
    kind = format_of(file.read(heic.BRANDS_BYTES))
    if kind is None:
        return None
    header = Header(kind)
    read = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "HEIC": heic.read}[kind]
    with suppress(struct.error, IndexError):  # what was read before the damage still counts
        read(file, header)
    header.exif = header.exif.removeprefix(EXIF_PREFIX)
    return header


def _jpeg(file: BinaryIO, header: Header) -> None:
    file.seek(2)
    for _ in range(MAX_STEPS):
        if file.read(1)[0] != 0xFF:  # decoders skip stray bytes between segments, so must we
            continue
        marker = file.read(1)[0]
        if marker == 0xFF:
            file.seek(-1, 1)
            continue
        if marker in MARKERS_WITHOUT_LENGTH:
            continue
        if marker in (0xD9, 0xDA):  # end, or start of the pixels
            return
        (length,) = struct.unpack(">H", file.read(2))
        end = file.tell() + length - 2
        if length < 2:
            return
        if marker in SOF_MARKERS:
            height, width = struct.unpack(">xHH", file.read(5))
            header.set_size(width, height)
        elif marker == 0xE1 and length > 8 and file.read(6) == EXIF_PREFIX:
            room = MAX_EXIF_BYTES - len(header.exif)
            header.exif += file.read(min(length - 8, room))  # a long block is spread over several segments
        file.seek(end)


def _png(file: BinaryIO, header: Header) -> None:
    file.seek(len(PNG_SIGNATURE))
    for _ in range(MAX_STEPS):
        length, kind = struct.unpack(">I4s", file.read(8))
        end = file.tell() + length + 4  # CRC
        if kind == b"IHDR":
            header.set_size(*struct.unpack(">II", file.read(8)))
        elif kind == b"eXIf" and length <= MAX_EXIF_BYTES:
            header.exif = file.read(length)
            return
        elif kind == b"IEND":
            return
        file.seek(end)


def _webp(file: BinaryIO, header: Header) -> None:
    file.seek(12)
    for _ in range(MAX_STEPS):
        kind, length = struct.unpack("<4sI", file.read(8))
        end = file.tell() + length + (length & 1)
        if kind == b"VP8X":
            body = file.read(10)
            header.set_size(1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
        elif kind == b"VP8L":
            signature, bits = struct.unpack("<BI", file.read(5))
            if signature == 0x2F:
                header.set_size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        elif kind == b"VP8 ":
            start_code, width, height = struct.unpack("<3x3sHH", file.read(10))
            if start_code == b"\x9d\x01\x2a":
                header.set_size(width & 0x3FFF, height & 0x3FFF)
        elif kind == b"EXIF" and length <= MAX_EXIF_BYTES:
            header.exif = file.read(length)
            return
        file.seek(end)
