"""HEIC header: size and EXIF from the boxes of ISO/IEC 14496-12 and 23008-12, in plain Python.

libheif would parse the same boxes, but in C, in the process that calls it: a server must not do that with a
stranger's file.
"""

import math
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from media.header import MAX_EXIF_BYTES, Header

BRANDS_BYTES = 256
HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
STRUCTURAL_BRANDS = frozenset({b"mif1", b"mif2", b"msf1"})
MAX_META_BYTES = 1_000_000  # a 48 MP phone photo of 200 tiles has about 20 kB
MAX_BOXES = 1_000
MAX_OFFSET = 1 << 40  # beyond it seek() itself may fail


@dataclass(slots=True)
class _Meta:
    primary: int = 0
    exif_item: int | None = None
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    of_item: dict[int, list[int]] = field(default_factory=dict)
    extents: dict[int, tuple[int, list[tuple[int, int]]]] = field(default_factory=dict)
    idat: bytes = b""


def is_heic(start: bytes) -> bool:
    """True for a HEIF file that says it is HEVC coded; AVIF, MP4 and others share the box, not the brands."""
    if start[4:8] != b"ftyp" or len(start) < 12:
        return False
    end = min(int.from_bytes(start[:4], "big"), len(start))
    major = start[8:12]
    compatible = {start[i : i + 4] for i in range(16, end - 3, 4)}
    return major in HEVC_BRANDS or (major in STRUCTURAL_BRANDS and bool(compatible & HEVC_BRANDS))


def read(file: BinaryIO, header: Header) -> None:
    """Fills size (of the primary picture, after the container's own rotation) and EXIF of an open file."""
    meta = _Meta()
    with suppress(struct.error, IndexError):  # what was read before the damage still counts
        _read_meta(_find_meta(file), meta)
    _set_size(meta, header)
    if meta.exif_item is not None:
        header.exif = _exif(file, meta)


def _find_meta(file: BinaryIO) -> bytes:
    file.seek(0)
    for _ in range(MAX_BOXES):
        start = file.tell()
        head = file.read(16)
        if len(head) < 8:
            break
        size, kind = struct.unpack(">I4s", head[:8])
        header = 8
        if size == 1 and len(head) == 16:
            size, header = int.from_bytes(head[8:16], "big"), 16
        if kind == b"meta":
            file.seek(start + header + 4)
            return file.read(max(0, min(size - header - 4, MAX_META_BYTES)) if size else MAX_META_BYTES)
        if size < header or size > MAX_OFFSET:
            break
        file.seek(start + size)
    return b""


def _boxes(data: bytes, offset: int = 0) -> Iterator[tuple[bytes, bytes]]:
    while offset + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, offset)
        if size == 0:
            size = len(data) - offset
        if size < 8:
            return
        yield kind, data[offset + 8 : offset + size]
        offset += size


def _read_meta(body: bytes, meta: _Meta) -> None:
    for kind, data in _boxes(body):
        if kind == b"pitm":
            meta.primary = int.from_bytes(data[4:6] if data[0] == 0 else data[4:8], "big")
        elif kind == b"iinf":
            meta.exif_item = _exif_item(data)
        elif kind == b"iprp":
            for inner, content in _boxes(data):
                if inner == b"ipco":
                    meta.properties = list(_boxes(content))
                elif inner == b"ipma":
                    _associations(content, meta.of_item)
        elif kind == b"iloc":
            _locations(data, meta.extents)
        elif kind == b"idat":
            meta.idat = data


def _exif_item(data: bytes) -> int | None:
    for kind, entry in _boxes(data, 6 if data[0] == 0 else 8):
        if kind != b"infe" or len(entry) < 12 or entry[0] not in (2, 3):
            continue
        width = 2 if entry[0] == 2 else 4
        if entry[6 + width : 10 + width] == b"Exif":
            return int.from_bytes(entry[4 : 4 + width], "big")
    return None


def _associations(data: bytes, of_item: dict[int, list[int]]) -> None:
    version, flags = data[0], data[3]
    (count,) = struct.unpack_from(">I", data, 4)
    at = 8
    for _ in range(min(count, len(data))):
        item, amount = struct.unpack_from(">HB" if version == 0 else ">IB", data, at)
        at += 3 if version == 0 else 5
        width, mask = (2, 0x7FFF) if flags & 1 else (1, 0x7F)
        indices = of_item.setdefault(item, [])
        for _ in range(amount):
            indices.append(int.from_bytes(data[at : at + width], "big") & mask)
            at += width


def _locations(data: bytes, extents: dict[int, tuple[int, list[tuple[int, int]]]]) -> None:
    version = data[0]
    offset_size, length_size = data[4] >> 4, data[4] & 15
    base_size, index_size = data[5] >> 4, data[5] & 15 if version in (1, 2) else 0
    at = 6

    def number(width: int) -> int:
        nonlocal at
        if at + width > len(data):
            raise IndexError
        at += width
        return int.from_bytes(data[at - width : at], "big")

    wide = 4 if version == 2 else 2
    for _ in range(number(wide)):
        item = number(wide)
        method = number(2) & 15 if version in (1, 2) else 0
        number(2)  # which file; 0 = this one
        base = number(base_size)
        found = []
        for _ in range(number(2)):
            number(index_size)
            offset = number(offset_size)
            found.append((base + offset, number(length_size)))
        extents[item] = method, found


def _set_size(meta: _Meta, header: Header) -> None:
    sizes = [_ispe(p) for p in meta.properties]
    known = [size for size in sizes if size]
    if not known:
        return
    of_primary = [i - 1 for i in meta.of_item.get(meta.primary, []) if 1 <= i <= len(sizes)]
    own = next((size for i in of_primary if (size := sizes[i])), None)
    width, height = own or max(known, key=math.prod)
    for i in of_primary:
        kind, data = meta.properties[i]
        if kind == b"irot" and data and data[0] & 1:
            width, height = height, width
    header.set_size(width, height)
    header.pixels = max(map(math.prod, known))


def _ispe(box: tuple[bytes, bytes]) -> tuple[int, int] | None:
    kind, data = box
    if kind != b"ispe" or len(data) < 12:
        return None
    width, height = struct.unpack(">II", data[4:12])
    return width, height


def _exif(file: BinaryIO, meta: _Meta) -> bytes:
    method, extents = meta.extents.get(meta.exif_item or 0, (0, []))
    data = b""
    for offset, length in extents[:16]:
        room = MAX_EXIF_BYTES - len(data)
        wanted = min(length, room) if length else room
        if method == 1:
            data += meta.idat[offset : offset + wanted]
        elif method == 0 and offset < MAX_OFFSET:
            file.seek(offset)
            data += file.read(wanted)
    # ExifDataBlock: a 4-byte offset to the TIFF header, then the block (23008-12, annex A)
    skip = int.from_bytes(data[:4], "big")
    return data[4 + skip :] if skip < len(data) else data[4:]
