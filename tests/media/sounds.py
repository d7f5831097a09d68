"""Voice notes for tests: what Chromium's MediaRecorder writes of its own fake microphone, and Firefox's container."""

import struct
from pathlib import Path

FOLDER = Path(__file__).parent / "sounds"
WEBM = (FOLDER / "chromium.webm").read_bytes()
MP4 = (FOLDER / "chromium.mp4").read_bytes()
WITH_PICTURE = (FOLDER / "with-picture.webm").read_bytes()


def ogg(packet: bytes, *, begins: bool = True) -> bytes:
    """One Ogg page with one packet of at most 254 bytes."""
    head = b"OggS\0" + bytes([2 if begins else 0]) + struct.pack("<qIII", 0, 1, 0, 0)
    return head + bytes([1, len(packet)]) + packet


OGG = ogg(b"OpusHead" + bytes([1, 1]) + struct.pack("<HIhB", 312, 48000, 0, 0)) + ogg(b"OpusTags", begins=False)
