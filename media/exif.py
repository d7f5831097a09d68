"""A reader for the few EXIF tags we use: one damaged tag costs that tag only, and none costs time or memory.

Pillow's reader loads every value of a directory at once, so a crafted block of 1 MB can ask for gigabytes.
"""

import math
import struct
from dataclasses import dataclass

MAX_ENTRIES = 1_000
MAX_TEXT = 256
MAX_NUMBERS = 16

# EXIF 2.32 type code -> struct code of one number
NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
RATIONALS = {5: "II", 10: "ii"}
TEXTS = (2, 7)

EXIF_IFD, GPS_IFD = 0x8769, 0x8825


@dataclass(frozen=True, slots=True)
class Entry:
    type: int
    count: int
    at: int  # offset of the four bytes that hold the value or point to it


class Tiff:
    """An EXIF block. Unknown and damaged things read as empty; nothing here raises."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = {b"II": "<", b"MM": ">"}.get(data[:2], "")
        self.main = self._directory(self._number("I", 4)) if self._order else {}
        self.exif = self._directory(self._pointer(EXIF_IFD))
        self.gps = self._directory(self._pointer(GPS_IFD))

    def text(self, directory: dict[int, Entry], tag: int) -> str | None:
        """A tag's text up to its first NUL, stripped, without control characters; None if nothing is left."""
        entry = directory.get(tag)
        if entry is None or entry.type not in TEXTS:
            return None
        raw = self._value(entry, min(entry.count, MAX_TEXT)).split(b"\0")[0]
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        return "".join(c for c in text if c.isprintable()).strip() or None

    def numbers(self, directory: dict[int, Entry], tag: int) -> list[float]:
        """A tag's numbers. A rational with denominator 0 is NaN, for the caller to refuse."""
        entry = directory.get(tag)
        if entry is None:
            return []
        count = min(entry.count, MAX_NUMBERS)
        if code := NUMBERS.get(entry.type):
            raw = self._value(entry, count * struct.calcsize("<" + code))
            return [float(value) for (value,) in self._each(code, raw)]
        if code := RATIONALS.get(entry.type):
            raw = self._value(entry, count * 8)
            return [top / bottom if bottom else math.nan for top, bottom in self._each(code, raw)]
        return []

    def _each(self, code: str, raw: bytes) -> list[tuple[float, ...]]:
        size = struct.calcsize("<" + code)
        return list(struct.iter_unpack(self._order + code, raw[: len(raw) // size * size]))

    def _number(self, code: str, at: int) -> int:
        try:
            return int(struct.unpack_from(self._order + code, self._data, at)[0])
        except struct.error:
            return 0

    def _pointer(self, tag: int) -> int:
        values = self.numbers(self.main, tag)
        return int(values[0]) if values and math.isfinite(values[0]) else 0

    def _directory(self, at: int) -> dict[int, Entry]:
        if not 8 <= at < len(self._data):
            return {}
        count = min(self._number("H", at), MAX_ENTRIES, (len(self._data) - at - 2) // 12)
        entries = {}
        for start in range(at + 2, at + 2 + count * 12, 12):
            tag, kind, amount = struct.unpack_from(self._order + "HHI", self._data, start)
            entries[tag] = Entry(kind, amount, start + 8)
        return entries

    def _value(self, entry: Entry, wanted: int) -> bytes:
        unit = 8 if entry.type in RATIONALS else struct.calcsize("<" + NUMBERS.get(entry.type, "B"))
        inline = entry.count * unit <= 4
        at = entry.at if inline else self._number("I", entry.at)
        return self._data[at : at + wanted]
