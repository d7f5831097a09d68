"""What kind of voice note a file is, by its own bytes: the gate before one is stored or played to anybody.

Plain Python over at most `max_bytes`; no decoder. Every loop is bounded by the bytes there are.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media.sniff import Refused

SoundFormat = Literal["WEBM", "MP4", "OGG"]
MIME: dict[SoundFormat, str] = {"WEBM": "audio/webm", "MP4": "audio/mp4", "OGG": "audio/ogg"}

MAX_BYTES = 1_000_000
"""Fifteen seconds are 60 kB at the rate that the app records with; phones that choose their own stay below this."""

EBML, DOC_TYPE, SEGMENT, TRACKS, TRACK_ENTRY, TRACK_TYPE = 0x1A45DFA3, 0x4282, 0x18538067, 0x1654AE6B, 0xAE, 0x83
AUDIO_TRACK = b"\x02"


@dataclass(frozen=True, slots=True)
class Sound:
    """A voice note that is accepted: our own word for what it is, never the sender's."""

    mime: str
    format: SoundFormat


def listen(source: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Sound:
    """Accepts what a browser's MediaRecorder writes: WebM or MP4 whose every track is audio, and Opus in Ogg.

    A damaged or cut-off body under whole headers is accepted, as it is for photos: a player plays what there is.
    Raises Refused (`empty`, `not_audio`, `too_large`); and OSError when the file itself cannot be read.
    """
    with Path(source).open("rb") as file:
        data = file.read(max_bytes + 1)
    if not data:
        raise Refused("empty", "The file has no bytes.")
    kind = _format(data)
    if kind is None:
        raise Refused("not_audio", "Only voice notes in WebM, MP4 or Ogg are accepted.")
    if len(data) > max_bytes:
        raise Refused("too_large", f"A voice note has at most {max_bytes} bytes.")
    return Sound(MIME[kind], kind)


def _format(data: bytes) -> SoundFormat | None:
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "WEBM" if _webm_tracks(data) == {AUDIO_TRACK} else None
    if data[4:8] == b"ftyp":
        return "MP4" if set(_handlers(data)) == {b"soun"} else None
    if data[:4] == b"OggS":
        return "OGG" if _first_packet(data).startswith(b"OpusHead") else None
    return None


def _webm_tracks(data: bytes) -> set[bytes]:
    """The types of all tracks of a WebM file; nothing of another EBML file (Matroska with whatever codec)."""
    found: set[bytes] = set()
    is_webm = False
    for name, start, end in _elements(data, 0, len(data)):
        if name == EBML:
            is_webm = any(
                inner == DOC_TYPE and data[a:b].rstrip(b"\0") == b"webm" for inner, a, b in _elements(data, start, end)
            )
        elif name == SEGMENT and is_webm:
            for inner, a, b in _elements(data, start, end):
                if inner == TRACKS:
                    found |= set(_track_types(data, a, b))
    return found


def _track_types(data: bytes, start: int, end: int) -> Iterator[bytes]:
    for name, a, b in _elements(data, start, end):
        if name == TRACK_ENTRY:
            types = [data[c:d] for inner, c, d in _elements(data, a, b) if inner == TRACK_TYPE]
            yield types[0] if types else b""


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """EBML elements as (id, first byte, byte after the last); one of unknown length, as a live recording's Segment
    and Clusters are, reaches to the end of what it lies in."""
    while start < end:
        name, width = _vint(data, start, keep_marker=True)
        length, width2 = _vint(data, start + width, keep_marker=False)
        if not width or not width2:
            return
        start += width + width2
        unknown = length == (1 << (7 * width2)) - 1
        stop = end if unknown else min(start + length, end)
        yield name, start, stop
        start = stop


def _vint(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number of EBML's variable width and that width in bytes; width 0 when there is none."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    if not first or at + width > len(data):
        return 0, 0
    value = int.from_bytes(data[at : at + width], "big")
    return (value if keep_marker else value & ~(1 << (7 * width))), width


def _handlers(data: bytes) -> Iterator[bytes]:
    """What each track of an MP4 file is for: `soun`, `vide`, …; one that does not say is b""."""
    for name, start, end in _boxes(data, 0, len(data)):
        if name != b"moov":
            continue
        for track, a, b in _boxes(data, start, end):
            if track == b"trak":
                media = [(c, d) for inner, c, d in _boxes(data, a, b) if inner == b"mdia"]
                said = [data[e + 8 : e + 12] for c, d in media for box, e, _ in _boxes(data, c, d) if box == b"hdlr"]
                yield said[0] if said else b""


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """ISO-BMFF boxes as (type, first byte of the body, byte after the last)."""
    while start + 8 <= end:
        size, name = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8]
        head = 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        if size == 0:  # to the end of the file
            size = end - start
        if size < head:
            return
        yield name, start + head, min(start + size, end)
        start += size


def _first_packet(data: bytes) -> bytes:
    """The body of the first Ogg page: it must begin a stream and be of the one version there is."""
    if len(data) < 28 or data[4] != 0 or not data[5] & 2:
        return b""
    return data[27 + data[26] :]
