"""Where bytes are kept: a folder or an S3 bucket behind the same few calls.

Keys are hashes of their content, so putting twice is harmless. All calls block: use them in threads.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

CHUNK = 256 * 1024

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class StoreError(Exception):
    """The store could not do it; nothing may be acknowledged. Worth another try later."""


class NoSpace(StoreError):
    """The store is full."""


class Missing(StoreError):
    """Nothing is kept under this key."""


@dataclass(frozen=True)
class Entry:
    """What lies under a key: size in bytes, and when it was last put there (aware)."""

    key: str
    size: int
    touched: datetime


class Store(Protocol):
    """Raises StoreError, and nothing else unless the caller's own file is at fault (OSError)."""

    def prepare(self) -> None:
        """Makes the folder or the bucket if there is none."""

    def check(self) -> None:
        """Raises if a photo could not be stored now; cheap enough for a readiness probe."""

    def put_file(self, key: str, path: Path, mime: str) -> None:
        """Keeps a copy of a file. When it returns, the bytes survive a power cut; the same key again is done, and
        is a new last touch: at most a day passes before it shows."""

    def put_bytes(self, key: str, data: bytes, mime: str) -> None:
        """As put_file."""

    def stat(self, key: str) -> int | None:
        """Size in bytes, None if nothing is kept under the key."""

    def open(self, key: str) -> Iterator[bytes]:
        """The bytes in chunks. Raises Missing at once, not at the first chunk."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A path to read the bytes at, only while the context lasts. Never to be written to."""

    def delete(self, key: str) -> None:
        """Forgets the bytes; nothing to forget is fine."""

    def entries(self) -> Iterator[Entry]:
        """All that is kept, in any order; what comes or goes meanwhile may be missing."""

    def find(self, key: str) -> Entry | None:
        """What lies under one key."""

    def unfinished(self, before: datetime) -> Iterator[Path]:
        """Files that a put left behind when the machine went down, last written before then. Theirs to delete."""


def content_key(kind: str, sha256: str, suffix: str = "") -> str:
    """`o/ab/cdef…` for kind `o` and a hash in hex: 256 folders, none with too many files to list."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a sha-256 in lower-case hex")
    return checked(f"{kind}/{sha256[:2]}/{sha256[2:]}{suffix}")


def checked(key: str) -> str:
    """The key itself. Raises ValueError if it could leave the store's folder or name a file in the making."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def open_store(url: str) -> Store:
    """`folder:/abs/path`, or `s3://key:secret@host:port/bucket?secure=0&region=…` (key and secret %-encoded).

    Touches neither disk nor network: see `prepare` and `check`. Raises ValueError without repeating the secret.
    """
    parts = urlsplit(url)
    if parts.scheme == "folder" and not parts.netloc and parts.path.startswith("/"):
        from media.folder import FolderStore

        return FolderStore(Path(unquote(parts.path)))
    bucket = parts.path.strip("/")
    if parts.scheme == "s3" and parts.username and parts.password and parts.hostname and bucket:
        from media.s3 import S3Store  # loads the SDK, which a folder does not need

        options = parse_qs(parts.query)
        return S3Store(
            parts.netloc.rpartition("@")[2],
            bucket,
            access_key=unquote(parts.username),
            secret_key=unquote(parts.password),
            secure=options.get("secure", ["1"])[0] != "0",
            region=options.get("region", [None])[0],
        )
    raise ValueError("a store is folder:/abs/path or s3://key:secret@host:port/bucket")
