"""Photos of 1.2 MB over 32 connections at once: how many a second, and how much memory that takes of the server.

wrk cannot make a photo that is new each time and announced before, so this is a small client of our own.
"""

import asyncio
import base64
import json
import os
import random
import shutil
import struct
import time
import zlib
from hashlib import sha256
from urllib.parse import urlsplit

from ops.bench.create import PHONES
from ops.bench.memory import watched
from ops.bench.place import Box
from ops.bench.results import Figures
from ops.bench.world import SQL, World
from ops.say import Stop, step

SCHEMA, COLUMNS, ROWS = "uploads", 40, 40
CONNECTIONS = 32
SIDE = 632  # pixels: 632 × 632 of noise are 1.2 MB
PNG = b"\x89PNG\r\n\x1a\n"


def measure(world: World, port: int, seconds: int) -> Figures:
    """A district of its own, a warm-up over all connections, then the measurement. Photos are removed after."""
    with step("Uploads: a small district"):
        world.make_district(SCHEMA, COLUMNS, ROWS)
        world.psql(SQL / "senders.sql", schema=SCHEMA, phones=PHONES)
    box = Box.inside(world, SCHEMA)
    try:
        with world.serve(SCHEMA, port) as address:
            assert world.server is not None
            with step("Uploads: warm up"):
                asyncio.run(_load(address, box, connections=4, seconds=3))
            with step(f"Uploads: {CONNECTIONS} connections") as now, watched(world.server.pid) as peak:
                began = time.monotonic()
                stored = asyncio.run(_load(address, box, connections=CONNECTIONS, seconds=seconds))
                rate = stored / (time.monotonic() - began)
                now.note = f"{rate:.0f}/s, {peak.before_mb:.0f} MB before"
    finally:
        shutil.rmtree(world.folder / "photos", ignore_errors=True)
    return {"upload_rps": rate, "upload_rss_before_mb": peak.before_mb, "upload_rss_growth_mb": peak.growth_mb}


async def _load(address: str, box: Box, *, connections: int, seconds: int) -> int:
    """Reports with one photo each until the time is over; how many were stored. Raises Stop at a wrong answer."""
    until = time.monotonic() + seconds
    picture = noise()
    return sum(await asyncio.gather(*(_phone(address, box, picture, until) for _ in range(connections))))


async def _phone(address: str, box: Box, picture: tuple[bytes, bytes], until: float) -> int:
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    stored = 0
    try:
        while time.monotonic() < until:
            report, photo, phone = uuid7(), uuid7(), random.randint(1, PHONES)
            head, tail = picture
            body = head + chunk(b"tEXt", b"Comment\0" + photo.encode()) + tail
            path = f"/api/v1/reports/{report}"
            payload = json.dumps(_payload(box, photo, body)).encode()
            await _put(reader, writer, path, payload, "application/json", phone)
            await _put(reader, writer, f"{path}/photos/{photo}", body, "image/png", phone)
            stored += 1
    finally:
        writer.close()
    return stored


def _payload(box: Box, photo: str, body: bytes) -> dict[str, object]:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    place = {"lon": box.west + random.random() * box.width, "lat": box.south + random.random() * box.height}
    announced = {"id": photo, "seq": 1, "sha256": sha256(body).hexdigest(), "size": len(body), "mime": "image/png"}
    return {
        "schema_version": 1,
        "captured_by": None,
        "category": "E0101",
        "location": {**place, "source": "gps", "age_s": 1.0},
        "captured_at_device": at,
        "consent": "2026-11",
        "photos": [announced],
    }


async def _put(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes, mime: str, phone: int
) -> None:
    digest = base64.b64encode(sha256(body).digest()).decode()
    writer.write(
        f"PUT {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer phone-{phone}\r\nContent-Type: {mime}\r\n"
        f"Content-Length: {len(body)}\r\nContent-Digest: sha-256=:{digest}:\r\n\r\n".encode()
    )
    writer.write(body)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next((int(row.split(":")[1]) for row in head.split("\r\n") if row.startswith("content-length:")), 0)
    answer = await reader.readexactly(length)
    if head.split(" ", 2)[1] != "201":
        raise Stop(f"An upload was answered {head.splitlines()[0]}: {answer[:300]!r}")


def noise() -> tuple[bytes, bytes]:
    """A PNG of SIDE × SIDE pixels of noise in two parts, between which a comment makes each copy a photo of its own."""
    rows = b"".join(b"\0" + os.urandom(SIDE * 3) for _ in range(SIDE))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
    return PNG + header + chunk(b"IDAT", zlib.compress(rows, 0)), chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def uuid7() -> str:
    """A UUID of version 7."""
    value = time.time_ns() // 1_000_000 << 80 | 0x7 << 76 | random.getrandbits(76) & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
