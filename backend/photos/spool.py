"""The spool: an upload lies here while it is hashed. It leaves with a whole file or leaves nothing behind."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from backend.core.errors import DomainError


class PhotoTooLarge(DomainError):
    """The photo is larger than the server takes."""

    status, code = 413, "too_large"


@dataclass(frozen=True)
class Spooled:
    """A received file: where it lies, its size in bytes and its SHA-256 in hex."""

    path: Path
    size: int
    sha256: str


@asynccontextmanager
async def spool(folder: Path, chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[Spooled]:
    """Write `chunks` to a file in `folder` while hashing; the file is gone at the end of the block.

    Nothing is kept in memory but the chunk at hand. Raises PhotoTooLarge past `most` bytes.
    """
    digest, size = sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix="up-", delete=True) as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise PhotoTooLarge(limit=most)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        yield Spooled(Path(file.name), size, digest.hexdigest())
