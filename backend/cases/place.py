"""Which of the positions that a report brings is its place. Plain Python; the rule is contract.md, "Routing"."""

from dataclasses import dataclass
from datetime import datetime

FRESH_SECONDS = 120
BY_HAND = frozenset({"pin", "manual", "manual_pin", "map", "list"})


@dataclass(frozen=True)
class Fix:
    """Where the device says it was: WGS-84 degrees, accuracy in metres, age in seconds at the shutter."""

    lon: float
    lat: float
    source: str
    accuracy_m: float | None = None
    fix_at: datetime | None = None
    age_s: float | None = None


@dataclass(frozen=True)
class PhotoPlace:
    """What a photo's EXIF says: position in WGS-84 degrees, time with zone."""

    lon: float | None
    lat: float | None
    taken_at: datetime | None


@dataclass(frozen=True)
class Place:
    lon: float
    lat: float
    source: str
    accuracy_m: float | None = None


def choose_place(fix: Fix | None, photos: list[PhotoPlace], captured_at: datetime) -> Place | None:
    """A pin set by hand; the fix if taken within two minutes of a live shutter; EXIF; none. 0,0 is no place."""
    if fix is not None and fix.lon == 0 and fix.lat == 0:
        fix = None
    if fix is not None and fix.source in BY_HAND:
        return Place(fix.lon, fix.lat, fix.source, fix.accuracy_m)
    if fix is not None and _is_fresh(fix, captured_at) and _is_live(photos, captured_at):
        return Place(fix.lon, fix.lat, fix.source, fix.accuracy_m)
    for photo in photos:
        if photo.lon is not None and photo.lat is not None and (photo.lon, photo.lat) != (0, 0):
            return Place(photo.lon, photo.lat, "exif")
    return None


def _is_fresh(fix: Fix, captured_at: datetime) -> bool:
    if fix.age_s is not None:
        return abs(fix.age_s) <= FRESH_SECONDS
    if fix.fix_at is not None:
        return abs((captured_at - fix.fix_at).total_seconds()) <= FRESH_SECONDS
    return True  # the phone says "here" without an age: it has no older one to offer


def _is_live(photos: list[PhotoPlace], captured_at: datetime) -> bool:
    """A photo whose EXIF time lies minutes before the report came from the gallery; one without a time may be live."""
    times = [_aware(photo.taken_at, captured_at) for photo in photos if photo.taken_at is not None]
    return not times or any(abs((captured_at - taken).total_seconds()) <= FRESH_SECONDS for taken in times)


def _aware(taken: datetime, captured_at: datetime) -> datetime:
    """EXIF time without a zone: read as local time where the phone is, whose clock `captured_at` carries."""
    return taken if taken.tzinfo is not None else taken.replace(tzinfo=captured_at.tzinfo)
