"""A real S3 server that can be stopped and started, and one that lies in front of it."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from minio import Minio
from minio.error import S3Error

from tests.e2e.stack import free_port
from tests.faults.world import background, until

ACCESS, SECRET, BUCKET = "warehouse", "secret-of-the-tests", "photos"


class S3:
    """nanio on a folder; the same folder after each start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self._end: Callable[[], None] | None = None
        self._client = Minio(f"127.0.0.1:{self.port}", ACCESS, SECRET, secure=False)

    @property
    def url(self) -> str:
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        return f"s3://{ACCESS}:{SECRET}@127.0.0.1:{port}/{BUCKET}?secure=0"

    async def start(self) -> None:
        if self._end:
            return
        argv = [
            sys.executable, "-c", "from nanio.cli import main; main()", "serve", "--no-access-log",
            "--host", "127.0.0.1", "--port", str(self.port), "--data-dir", str(self.folder),
        ]  # fmt: skip
        keys = {"NANIO_ACCESS_KEY": ACCESS, "NANIO_SECRET_KEY": SECRET}
        self._end = background(argv, self.folder.with_suffix(".log"), dict(os.environ) | keys)
        await until(self._listens, "the S3 server listens")

    def stop(self) -> None:
        if self._end:
            self._end()
            self._end = None

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    def read(self, key: str) -> bytes | None:
        try:
            answer = self._client.get_object(BUCKET, key)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchBucket"):
                return None
            raise
        try:
            return bytes(answer.read())
        finally:
            answer.close()

    def copy_to(self, folder: Path) -> None:
        """Every object, under its key, into a folder store."""
        for item in self._client.list_objects(BUCKET, recursive=True):
            assert item.object_name
            target = folder / item.object_name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self.read(item.object_name) or b"")


class ForgetfulS3:
    """Answers each PUT of an object with 200 and keeps nothing, until it is `honest`; the rest it passes on."""

    def __init__(self, behind: S3) -> None:
        self.behind = behind
        self.honest = False
        self.forgot = 0

    async def __aenter__(self) -> "ForgetfulS3":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = self.behind.url_at(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            raw = await reader.readuntil(b"\r\n\r\n")
            lines = [h for h in raw[:-4].split(b"\r\n") if not h.lower().startswith(b"connection:")]
            length = next((int(h.split(b":")[1]) for h in lines if h.lower().startswith(b"content-length:")), 0)
            body = await reader.readexactly(length)
            if lines[0].startswith(f"PUT /{BUCKET}/".encode()) and length and not self.honest:
                self.forgot += 1
                writer.write(b'HTTP/1.1 200 OK\r\nETag: "0"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
            else:
                back, forth = await asyncio.open_connection("127.0.0.1", self.behind.port)
                forth.write(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
                writer.write(await back.read(-1))
                forth.close()
            await writer.drain()
        writer.close()
