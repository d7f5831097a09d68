"""What a photo says about itself: place, time, turn, camera. A statement of the file, not yet a truth."""

import math
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from media.container import read_header
from media.exif import Tiff

MAKE, MODEL, ORIENTATION = 0x010F, 0x0110, 0x0112
# (directory, tag of the time, tag of its offset from UTC), best first: shutter, digitised, file written
TIMES = (("exif", 0x9003, 0x9011), ("exif", 0x9004, 0x9012), ("main", 0x0132, 0x9010))
LAT_REF, LAT, LON_REF, LON = 1, 2, 3, 4

TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


@dataclass(frozen=True, slots=True)
class Facts:
    """lon, lat: WGS-84 degrees, both or neither; never NaN, never 0,0.

    taken_at: as the camera's clock showed it. Aware if the file gives an offset from UTC, else naive: read it
    as local time of the district.
    orientation: EXIF 1-8, the turn a viewer still has to apply; 1 if absent, invalid, or HEIC (its container
    turns the picture itself).
    width, height: pixels before that turn.
    make, model: without NUL or control characters.
    """

    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None
    orientation: int = 1
    width: int | None = None
    height: int | None = None
    make: str | None = None
    model: str | None = None


def facts(path: str | os.PathLike[str]) -> Facts:
    """Reads the header of an accepted photo; what is damaged, and any other file, gives None.

    Plain Python over the header, fit for a server's thread. Raises only OSError (the file cannot be read).
    """
    with Path(path).open("rb") as file:
        header = read_header(file)
    if header is None:
        return Facts()
    tiff = Tiff(header.exif)
    lon, lat = _position(tiff)
    return Facts(
        lon=lon,
        lat=lat,
        taken_at=_taken_at(tiff),
        orientation=1 if header.format == "HEIC" else _orientation(tiff),
        width=header.width,
        height=header.height,
        make=tiff.text(tiff.main, MAKE),
        model=tiff.text(tiff.main, MODEL),
    )


def _orientation(tiff: Tiff) -> int:
    value = next(iter(tiff.numbers(tiff.main, ORIENTATION)), 1)
    return int(value) if value in range(1, 9) else 1


def _position(tiff: Tiff) -> tuple[float | None, float | None]:
    lat = _degrees(tiff.numbers(tiff.gps, LAT), tiff.text(tiff.gps, LAT_REF), "NS", 90)
    lon = _degrees(tiff.numbers(tiff.gps, LON), tiff.text(tiff.gps, LON_REF), "EW", 180)
    # 0,0 is what a camera writes before its first fix, not a place in the Gulf of Guinea
    if lat is None or lon is None or (abs(lat) < 1e-6 and abs(lon) < 1e-6):
        return None, None
    return lon, lat


def _degrees(numbers: list[float], ref: str | None, letters: str, limit: int) -> float | None:
    """Signed degrees of degrees, minutes, seconds (each may be fractional or absent) and a hemisphere letter.

    Without the letter the hemisphere would be a guess, and a guessed place is worse than none.
    """
    side = (ref or "").upper()[:1]
    if not numbers or not side or side not in letters:
        return None
    degrees, minutes, seconds = (*numbers, 0.0, 0.0)[:3]
    if not all(map(math.isfinite, (degrees, minutes, seconds))):
        return None
    if degrees < 0 or not 0 <= minutes <= 60 or not 0 <= seconds <= 60:  # 60 by rounding is seen in the wild
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if value > limit:
        return None
    return -value if side == letters[1] else value


def _taken_at(tiff: Tiff) -> datetime | None:
    for where, tag, offset_tag in TIMES:
        match = TIME.match(tiff.text(getattr(tiff, where), tag) or "")
        if match is None:
            continue
        year, month, day, hour, minute, second = map(int, match.groups())
        zone = _zone(tiff.text(tiff.exif, offset_tag))
        with suppress(ValueError):  # 0000:00:00, 1999:99:99
            return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    return None


def _zone(text: str | None) -> timezone | None:
    match = OFFSET.fullmatch(text or "")
    if match is None:
        return None
    away = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if away > timedelta(hours=14):
        return None
    return timezone(-away if match[1] == "-" else away)
