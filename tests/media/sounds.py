"""Voice notes for tests: what the MediaRecorders of Chromium and Firefox write of their own fake microphones."""

import struct
from pathlib import Path

FOLDER = Path(__file__).parent / "sounds"
WEBM = (FOLDER / "chromium.webm").read_bytes()
MP4 = (FOLDER / "chromium.mp4").read_bytes()
FIREFOX_WEBM = (FOLDER / "firefox.webm").read_bytes()
OGG = (FOLDER / "firefox.ogg").read_bytes()
WITH_PICTURE = (FOLDER / "with-picture.webm").read_bytes()


def ogg(packet: bytes, *, begins: bool = True) -> bytes:
    """One Ogg page with one packet of at most 254 bytes."""
    head = b"OggS\0" + bytes([2 if begins else 0]) + struct.pack("<qIII", 0, 1, 0, 0)
    return head + bytes([1, len(packet)]) + packet
