"""A slow line of TCP in front of the server: so many bits a second each way, so much delay, and requests cut off.

It counts what the phone sends and gets. A cut is a real reset (RST), at a random byte of a request or after the whole
of it, before its answer: those are the two that cost a phone something.
"""

import asyncio
import contextlib
import re
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

CHUNK = 8_192
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOST_ANSWERS = 0.1
"""Of the cuts, so many come after the request and before its answer."""


class Bits:
    """One direction of the line, shared by all connections: a byte goes when those before it have gone."""

    def __init__(self) -> None:
        self.per_second: float | None = None
        self._free_at = 0.0

    async def wait(self, size: int) -> None:
        if self.per_second is None:
            return
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + size * 8 / self.per_second
        await asyncio.sleep(self._free_at - now)


class Link:
    """`sent` and `received` are bytes as seen from the phone; `requests` and `cuts` count what their names say."""

    def __init__(self, port: int, seed: int = 1) -> None:
        self._port = port
        self._random = Random(seed)
        self.up, self.down = Bits(), Bits()
        self.delay_s = 0.0
        self.cut_share = 0.0
        self.sent = self.received = self.requests = self.cuts = 0
        self.port = 0
        self._dead = False
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def become(self, kbits: float | None, delay_ms: float = 0.0, cut_share: float = 0.0) -> None:
        """The line from now on, in each direction: 1000 bits a second, milliseconds of delay, cut requests of all."""
        self.up.per_second = self.down.per_second = None if kbits is None else kbits * 1000
        self.delay_s, self.cut_share = delay_ms / 1000, cut_share

    def die(self) -> None:
        """Every connection is reset, and every new one, until `revive`."""
        self._dead = True
        for writer in list(self._open):
            _reset(writer)

    def revive(self) -> None:
        self._dead = False

    def count_anew(self) -> None:
        self.sent = self.received = self.requests = self.cuts = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the phone."""
        if self._dead:
            _reset(writer)
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            _reset(writer)
            return
        call = _Call(self._random)
        self._open.add(writer)
        pumps = {
            asyncio.create_task(self._upwards(reader, back, call)),
            asyncio.create_task(self._downwards(there, writer, call)),
        }
        try:
            _, rest = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            self._open.discard(writer)
            if call.cut:
                self.cuts += 1
                _reset(writer)
            for side in (writer, back):
                side.close()

    async def _upwards(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, call: "_Call") -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if call.begins(data, self.cut_share):
                    self.requests += 1
                    await asyncio.sleep(self.delay_s)
                await self.up.wait(len(data))
                self.sent += len(data)
                if call.is_cut_at(len(data)):
                    return
                back.write(data)
                await back.drain()

    async def _downwards(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, call: "_Call") -> None:
        with contextlib.suppress(OSError):
            while data := await there.read(CHUNK):
                if call.answered():
                    return
                await self.down.wait(len(data))
                self.received += len(data)
                writer.write(data)
                await writer.drain()


class _Call:
    """The request under way on one connection (HTTP/1.1, one after the other), and where it will be cut."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._waiting = False
        self._left: int | None = None
        self._lose_answer = False
        self.cut = False

    def begins(self, data: bytes, share: float) -> bool:
        """True when `data` is the first of a new request."""
        if self._waiting:
            return False
        self._waiting = True
        self._left, self._lose_answer = None, False
        if self._random.random() < share:
            length = LENGTH.search(data)
            whole = data.find(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
            self._lose_answer = self._random.random() < LOST_ANSWERS
            self._left = None if self._lose_answer else self._random.randrange(whole)
        return True

    def is_cut_at(self, size: int) -> bool:
        if self._left is None:
            return False
        self._left -= size
        self.cut = self._left <= 0
        return self.cut

    def answered(self) -> bool:
        """The answer begins; True when the phone shall never see it."""
        self._waiting = False
        self.cut = self.cut or self._lose_answer
        return self.cut


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    sock: socket.socket | None = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() != -1:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def linked(port: int, seed: int = 1) -> AsyncIterator[Link]:
    """A line to the server on `port`, open and fast until told otherwise."""
    link = Link(port, seed)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * CHUNK)  # what waits here has not been sent
    listener.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(link.serve, sock=listener, limit=CHUNK)
    link.port = listener.getsockname()[1]
    try:
        yield link
    finally:
        server.close()
