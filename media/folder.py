"""A store in a folder of one machine."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from media.store import CHUNK, Entry, Missing, NoSpace, StoreError, checked

RESERVE_BYTES = 256 * 1024 * 1024


class FolderStore:
    """Files under `root`, by key. Several processes may share it; a torn write is never visible under a key."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lasting: set[Path] = set()  # folders whose own names are known to be on disk

    def prepare(self) -> None:
        with _store_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.root.parent)

    def check(self) -> None:
        with _store_errors():
            space = os.statvfs(self.root)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise StoreError(f"{self.root} cannot be written to")
        if space.f_bavail * space.f_frsize < RESERVE_BYTES:
            raise NoSpace(f"less than {RESERVE_BYTES} bytes are free in {self.root}")

    def put_file(self, key: str, path: Path, mime: str) -> None:
        with Path(path).open("rb") as source:
            # A copy, not a hard link: whoever writes to the source later must not reach into the store.
            self._put(key, os.fstat(source.fileno()).st_size, source)

    def put_bytes(self, key: str, data: bytes, mime: str) -> None:
        self._put(key, len(data), BytesIO(data))

    def stat(self, key: str) -> int | None:
        with _store_errors():
            try:
                return self._path(key).stat().st_size
            except FileNotFoundError:
                return None

    def open(self, key: str) -> Iterator[bytes]:
        with _store_errors():
            try:
                file = self._path(key).open("rb")
            except FileNotFoundError:
                raise Missing(key) from None
        return _chunks(file)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        if self.stat(key) is None:
            raise Missing(key)
        yield self._path(key)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _store_errors(), suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)

    def entries(self) -> Iterator[Entry]:
        with _store_errors():
            for path in self._files():
                if not path.name.startswith("."):
                    key = path.relative_to(self.root).as_posix()
                    if (found := self.find(key)) is not None:
                        yield found

    def find(self, key: str) -> Entry | None:
        with _store_errors():
            try:
                stat = self._path(key).stat()
            except FileNotFoundError:
                return None
        return Entry(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def unfinished(self, before: datetime) -> Iterator[Path]:
        with _store_errors():
            for path in self._files():
                if path.name.startswith(".") and path.name.endswith(".part"):
                    with suppress(FileNotFoundError):
                        if path.stat().st_mtime < before.timestamp():
                            yield path

    def _files(self) -> Iterator[Path]:
        for folder, _, names in os.walk(self.root):
            yield from (Path(folder) / name for name in names)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    def _put(self, key: str, size: int, source: BinaryIO) -> None:
        target = self._path(key)
        with _store_errors():
            if self.stat(key) == size:
                os.utime(target)  # orphans are swept by age: this one is wanted again
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._write(target, size, source)
            # Also for bytes found: whoever put them may not have got as far as this.
            self._make_lasting(target)

    def _write(self, target: Path, size: int, source: BinaryIO) -> None:
        making = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with making.open("xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
                file.flush()
                if os.fstat(file.fileno()).st_size != size:
                    raise StoreError(f"{target.name}: the source changed while it was copied")
                os.fsync(file.fileno())
            making.replace(target)
        finally:
            making.unlink(missing_ok=True)

    def _make_lasting(self, target: Path) -> None:
        _sync_folder(target.parent)
        folder = target.parent
        while folder != self.root and folder not in self._lasting:
            _sync_folder(folder.parent)
            self._lasting.add(folder)
            folder = folder.parent


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = NoSpace if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
        raise kind(str(error)) from error
