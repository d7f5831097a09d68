"""A TCP proxy between a phone and the server that does what mobile networks do. Switchable while it runs.

One request per connection (it says `Connection: close` upstream), so that a fault meets exactly one request.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter
from dataclasses import dataclass, field

HEAD = b"\r\n\r\n"
PORTAL = b"<!doctype html><title>Wi-Fi</title><form action=/login><input name=phone></form>"
KINDS = (
    "pass", "blackhole", "reset", "delay", "throttle", "lossy", "truncate_req", "drop_resp", "cut_resp", "dup_req",
    "mutate", "html200", "http",
)  # fmt: skip


@dataclass
class Fault:
    """What happens to requests whose first line contains all of `match`, to the first `times` of them (None: to all).

    `n`: bytes of the body (truncate_req, mutate) or of the answer (cut_resp); `bits` per second in each direction, for
    all connections together; `seconds` each way; `copies` of dup_req, sent at once if `together`; `odds` of a reset
    (lossy); `honest`: the cut answer's Content-Length is what really comes; `status` and `retry_after` of http.
    """

    kind: str = "pass"
    match: tuple[str, ...] = ()
    times: int | None = None
    n: int = 0
    bits: int = 0
    seconds: float = 0.0
    copies: int = 2
    together: bool = False
    odds: float = 0.0
    honest: bool = False
    status: int = 502
    retry_after: int | None = None
    seed: int = 0
    met: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind
        self.chance = random.Random(self.seed)

    def meets(self, line: str) -> bool:
        if self.times is not None and self.met >= self.times:
            return False
        if not all(part in line for part in self.match):
            return False
        self.met += 1
        return True


@dataclass
class Exchange:
    """One request: its first line, its head without hop-by-hop headers, how many bytes of body follow."""

    line: str
    head: bytes
    length: int


class Reset(Exception):
    """The connection to the phone ends with a reset."""


class Proxy:
    """`await start(target)`; phones talk to `address`. `up` and `down` count bytes of the phones' connections."""

    def __init__(self) -> None:
        self.fault = Fault()
        self.target = 0
        self.port = 0
        self.up = self.down = 0
        self.seen: Counter[str] = Counter()
        self.lines: list[str] = []
        self._pipe_free_at = 0.0
        self._server: asyncio.Server | None = None
        self._lifted = asyncio.Event()

    async def start(self, target: int, port: int = 0) -> None:
        self.target = target
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=2**20, backlog=256)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.lift()
        if self._server:
            self._server.close()

    def set(self, kind: str, *match: str, **how: object) -> Fault:
        """From now on requests that contain all of `match` in their first line meet this; returns it, with `met`."""
        self.lift()
        self._lifted = asyncio.Event()
        self.fault = Fault(kind, match, **how)  # type: ignore[arg-type]
        return self.fault

    def lift(self) -> None:
        """Everything passes again; connections held in a black hole are reset."""
        self.fault = Fault()
        self._lifted.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            exchange = await self._head(reader)
            if exchange:
                await self._meet(exchange, reader, writer)
            with contextlib.suppress(OSError):
                await writer.drain()
        except (Reset, asyncio.IncompleteReadError, OSError):
            _reset(writer)
        finally:
            with contextlib.suppress(OSError):
                writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> Exchange | None:
        try:
            raw = await reader.readuntil(HEAD)
        except asyncio.IncompleteReadError:
            return None
        self.up += len(raw)
        line, *headers = raw[: -len(HEAD)].split(b"\r\n")
        kept = [h for h in headers if h.split(b":")[0].strip().lower() not in (b"connection", b"keep-alive")]
        length = next((int(h.split(b":")[1]) for h in kept if h.lower().startswith(b"content-length:")), 0)
        words = line.decode("latin-1")
        self.seen[words.split(" ")[0]] += 1
        self.lines.append(words)
        return Exchange(words, b"\r\n".join([line, *kept, b"Connection: close"]) + HEAD, length)

    async def _meet(self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self.fault if self.fault.meets(exchange.line) else Fault()
        match fault.kind:
            case "blackhole":
                await self._lifted.wait()
                raise Reset
            case "reset":
                raise Reset
            case "html200":
                await self._body(reader, exchange.length)
                self._answer(writer, b"200 OK", b"text/html", PORTAL)
            case "http":
                await self._body(reader, exchange.length)
                wait = b"" if fault.retry_after is None else b"Retry-After: %d\r\n" % fault.retry_after
                self._answer(writer, b"%d Gateway" % fault.status, b"text/html", b"<h1>nginx</h1>", wait)
            case "truncate_req":
                await self._truncate(exchange, reader, fault.n)
            case "dup_req":
                await self._repeat(exchange, await self._body(reader, exchange.length), writer, fault)
            case _:
                await self._through(exchange, reader, writer, fault)

    async def _body(self, reader: asyncio.StreamReader, length: int) -> bytes:
        body = await reader.readexactly(length)
        self.up += len(body)
        return body

    def _answer(self, writer: asyncio.StreamWriter, status: bytes, mime: bytes, body: bytes, more: bytes = b"") -> None:
        head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
        writer.write(head % (status, mime, len(body), more) + body)

    async def _truncate(self, exchange: Exchange, reader: asyncio.StreamReader, n: int) -> None:
        """The server gets `n` bytes of the body and then a reset; so does the phone."""
        _, upstream = await asyncio.open_connection("127.0.0.1", self.target)
        body = await self._body(reader, exchange.length)
        upstream.write(exchange.head + body[:n])
        await upstream.drain()
        upstream.close()
        raise Reset

    async def _repeat(self, exchange: Exchange, body: bytes, writer: asyncio.StreamWriter, fault: Fault) -> None:
        """The server gets the request several times, the phone one of the answers."""
        if fault.together:
            answers = await asyncio.gather(*(self._ask(exchange.head + body) for _ in range(fault.copies)))
        else:
            answers = [await self._ask(exchange.head + body) for _ in range(fault.copies)]
        writer.write(answers[-1])

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(request)
        answer = await reader.read(-1)
        writer.close()
        return answer

    async def _through(
        self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault
    ) -> None:
        """Bytes as they come, slowed, lost or changed as `fault` says."""
        if fault.kind == "lossy" and fault.chance.random() < fault.odds / 2:
            raise Reset
        await asyncio.sleep(fault.seconds)
        back, forth = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            forth.write(exchange.head)
            answer = asyncio.create_task(self._back(back, writer, fault))
            try:
                await self._forth(reader, forth, exchange.length, fault, answer)
                await answer
            finally:
                answer.cancel()
                await asyncio.gather(answer, return_exceptions=True)
        finally:
            forth.close()

    async def _forth(
        self,
        reader: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
        length: int,
        fault: Fault,
        answer: "asyncio.Task[None]",
    ) -> None:
        done = 0
        while done < length and not answer.done():
            chunk = bytearray(await reader.read(min(length - done, 512 if fault.bits else 16384)))
            if not chunk:
                raise Reset  # the phone went away
            self.up += len(chunk)
            if fault.kind == "mutate" and done <= fault.n < done + len(chunk):
                chunk[fault.n - done] ^= 0x55
            done += len(chunk)
            await self._pace(fault, len(chunk))
            forth.write(chunk)
            await forth.drain()

    async def _back(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault) -> None:
        if fault.kind in ("drop_resp", "cut_resp"):
            answer = await back.read(-1)
            if fault.kind == "cut_resp":
                head, _, body = answer.partition(HEAD)
                if fault.honest:
                    lines = [h for h in head.split(b"\r\n") if not h.lower().startswith(b"content-length:")]
                    head = b"\r\n".join([*lines, b"Content-Length: %d" % min(fault.n, len(body))])
                writer.write(head + HEAD + body[: fault.n])
                await writer.drain()
                return
            raise Reset
        await asyncio.sleep(fault.seconds)
        if fault.kind == "lossy" and fault.chance.random() < fault.odds / 2:
            await back.read(-1)
            raise Reset
        came = 0
        while chunk := await back.read(512 if fault.bits else 65536):
            came += len(chunk)
            await self._pace(fault, len(chunk))
            self.down += len(chunk)
            writer.write(chunk)
            await writer.drain()
        if not came:
            raise Reset  # the server died before it said a word

    async def _pace(self, fault: Fault, size: int) -> None:
        """One narrow pipe for everybody."""
        if not fault.bits:
            return
        loop = asyncio.get_running_loop()
        self._pipe_free_at = max(self._pipe_free_at, loop.time()) + size * 8 / fault.bits
        await asyncio.sleep(self._pipe_free_at - loop.time())


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
