"""Reading a rescue file: a ZIP whose entries are stored, not packed, and encrypted for this server.

Nothing is unpacked to disk, and at most one entry is in memory. Whatever a hostile file says of itself, no more is read
than `MOST_OF` allows: names lead nowhere, packed entries are refused, and the directory has a largest size.
"""

import base64
import errno
import io
import json
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import ValidationError

from backend.admin.rescue.schemas import ContentKey, RescueManifest
from backend.core.errors import DomainError

KEY, MANIFEST = "key.jwe", "manifest.enc"
IV, TAG = 12, 16
DIRECTORY_BYTES = 4 * 1024 * 1024
MOST_OF = {KEY: 16 * 1024, MANIFEST: 64 * 1024 * 1024}
ODD = (EOFError, ValueError, OverflowError, struct.error)
"""What Python's own reader raises besides BadZipFile at a file that lies about itself."""
ALGORITHMS = ["ECDH-ES", "A256GCM"]


class RescueUnreadable(DomainError):
    """This is no rescue file, or not all of one."""

    status, code = 400, "rescue_unreadable"


class RescueOtherKey(DomainError):
    """This file was made for another server, or before this one's secret was changed."""

    status, code = 422, "rescue_other_key"


class RescueDamaged(DomainError):
    """This file was changed after it was made."""

    status, code = 422, "rescue_damaged"


class RescueFile:
    """An opened file: its manifest, and its photos one at a time. Reading blocks: do it in a thread."""

    def __init__(self, archive: zipfile.ZipFile, key: ECKey) -> None:
        self._archive = archive
        self._entries = {info.filename: info for info in archive.infolist()}
        if len(self._entries) != len(archive.infolist()):
            raise RescueUnreadable("Two entries have the same name.")
        self._cipher = AESGCM(_content_key(self._read(KEY, MOST_OF[KEY]), key))
        self.manifest = _manifest(self._decrypt(MANIFEST, MOST_OF[MANIFEST]))

    def photo(self, photo_id: UUID, most: int) -> bytes | None:
        """The bytes of a photo; None if the file does not have it. Raises RescueUnreadable, RescueDamaged."""
        name = f"photos/{photo_id}.enc"
        return self._decrypt(name, most) if name in self._entries else None

    def _decrypt(self, name: str, most: int) -> bytes:
        body = self._read(name, most + IV + TAG)
        if len(body) < IV + TAG:
            raise RescueUnreadable(f"{name} is too short.")
        try:
            return self._cipher.decrypt(body[:IV], body[IV:], name.encode())
        except InvalidTag as error:
            raise RescueDamaged(f"{name} was changed after it was made.") from error

    def _read(self, name: str, most: int) -> bytes:
        info = self._entries.get(name)
        if info is None:
            raise RescueUnreadable(f"There is no {name} in it.")
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.flag_bits & 1:
            raise RescueUnreadable(f"{name} is packed.")
        if info.file_size > most:
            raise RescueUnreadable(f"{name} is too large.", limit=most)
        try:
            return self._archive.read(info)
        except zipfile.BadZipFile as error:
            raise RescueDamaged(f"{name}: {error}") from error
        except (*ODD, NotImplementedError, RuntimeError) as error:
            raise RescueUnreadable(f"{name}: {error}") from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # it points to a place before its beginning
                raise
            raise RescueUnreadable(f"{name} does not lie in it.") from error


@contextmanager
def open_rescue(path: Path, key: ECKey) -> Iterator[RescueFile]:
    """Open the file with the server's private key. Raises RescueUnreadable, RescueOtherKey, RescueDamaged, OSError."""
    with _Wary(path) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (*ODD, zipfile.BadZipFile, NotImplementedError) as error:
            raise RescueUnreadable() from error
        file.most = None
        with archive:
            yield RescueFile(archive, key)


class _Wary(io.BufferedReader):
    """A file that hands out no more than `most` bytes at once: Python reads a ZIP's directory, whose size the file
    itself names, in one go."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self.most: int | None = DIRECTORY_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        if self.most is None:
            return super().read(size)
        wanted = self.most + 1 if size is None or size < 0 else min(size, self.most + 1)
        data = super().read(wanted)
        if len(data) > self.most:
            raise zipfile.BadZipFile("the directory is too large")
        return data


def _content_key(value: bytes, key: ECKey) -> bytes:
    try:
        header = json.loads(base64.urlsafe_b64decode(value.split(b".")[0] + b"=="))
        kid = header["kid"]
    except (ValueError, KeyError, TypeError) as error:
        raise RescueUnreadable("key.jwe cannot be read.") from error
    if kid != key.kid:
        raise RescueOtherKey(kid=str(kid)[:100])
    try:
        plain = jwe.decrypt_compact(value, key, algorithms=ALGORITHMS).plaintext
        raw = base64.urlsafe_b64decode(ContentKey.model_validate_json(plain or b"").k + "==")
    except ValidationError as error:
        raise RescueUnreadable("key.jwe holds no key.") from error
    except (JoseError, InvalidTag, ValueError, TypeError) as error:
        raise RescueDamaged("key.jwe cannot be opened.") from error
    if len(raw) != 32:
        raise RescueUnreadable("key.jwe holds no key of 256 bits.")
    return raw


def _manifest(plain: bytes) -> RescueManifest:
    try:
        return RescueManifest.model_validate_json(plain)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RescueUnreadable(f"The manifest cannot be read: {where}: {first['msg']}") from error
