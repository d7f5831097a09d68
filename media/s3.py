"""A store in a bucket of any S3 server."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.util import Retry, Timeout

from media.store import CHUNK, Entry, Missing, NoSpace, StoreError, checked

FRESH = timedelta(days=1)
ONE_PART = 64 * 1024 * 1024  # more than any photo: one PUT is there whole or not at all
FULL = {"XMinioStorageFull", "InsufficientStorage", "QuotaExceeded"}
NOT_THERE = {"NoSuchKey", "NoSuchObject"}


class S3Store:
    """Objects in `bucket`, by key. Credentials appear in no message and no repr."""

    def __init__(
        self, endpoint: str, bucket: str, *, access_key: str, secret_key: str, secure: bool, region: str | None
    ) -> None:
        # The SDK's own patience is minutes; a phone waits behind this call.
        http = urllib3.PoolManager(
            timeout=Timeout(connect=3, read=30),
            maxsize=10,
            retries=Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        )
        self.bucket = bucket
        self._client = Minio(endpoint, access_key, secret_key, secure=secure, region=region, http_client=http)

    def prepare(self) -> None:
        with _store_errors(self.bucket):
            if not self._client.bucket_exists(self.bucket):
                self._client.make_bucket(self.bucket)

    def check(self) -> None:
        with _store_errors(self.bucket):
            if not self._client.bucket_exists(self.bucket):
                raise StoreError(f"there is no bucket {self.bucket}")

    def put_file(self, key: str, path: Path, mime: str) -> None:
        with Path(path).open("rb") as source:
            self._put(key, Path(path).stat().st_size, source, mime)

    def put_bytes(self, key: str, data: bytes, mime: str) -> None:
        self._put(key, len(data), BytesIO(data), mime)

    def stat(self, key: str) -> int | None:
        with _store_errors(key):
            try:
                return self._client.stat_object(self.bucket, checked(key)).size
            except S3Error as error:
                if error.code in NOT_THERE:
                    return None
                raise

    def open(self, key: str) -> Iterator[bytes]:
        with _store_errors(key):
            response = self._client.get_object(self.bucket, checked(key))
        return _chunks(response, key)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile(prefix="photo-") as copy:
            for chunk in self.open(key):
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)

    def delete(self, key: str) -> None:
        with _store_errors(key):
            self._client.remove_object(self.bucket, checked(key))

    def entries(self) -> Iterator[Entry]:
        with _store_errors(self.bucket):
            for found in self._client.list_objects(self.bucket, recursive=True):
                if found.object_name and found.size is not None and found.last_modified is not None:
                    yield Entry(found.object_name, found.size, found.last_modified)

    def find(self, key: str) -> Entry | None:
        with _store_errors(key):
            try:
                found = self._client.stat_object(self.bucket, checked(key))
            except S3Error as error:
                if error.code in NOT_THERE:
                    return None
                raise
        if found.size is None or found.last_modified is None:
            raise StoreError(f"{key}: the server does not say how large and how old it is")
        return Entry(key, found.size, found.last_modified)

    def unfinished(self, before: datetime) -> Iterator[Path]:
        return iter(())  # one PUT is there whole or not at all

    def _put(self, key: str, size: int, source: BinaryIO, mime: str) -> None:
        # The SDK has no conditional put; equal keys mean equal bytes, so a second put costs time only. It is made
        # where the first is old: orphans are swept by age, and this one is wanted again.
        there = self.find(key)
        if there is not None and there.size == size and datetime.now(UTC) - there.touched < FRESH:
            return
        with _store_errors(key):
            self._client.put_object(self.bucket, key, source, size, content_type=mime, part_size=ONE_PART)
        if (stored := self.stat(key)) != size:
            raise StoreError(f"{key}: {stored} bytes arrived of {size}")


def _chunks(response: urllib3.BaseHTTPResponse, key: str) -> Iterator[bytes]:
    try:
        with _store_errors(key):
            yield from response.stream(CHUNK)
    finally:
        response.close()
        response.release_conn()


@contextmanager
def _store_errors(what: str) -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        if error.code in NOT_THERE:
            raise Missing(what) from None
        kind = NoSpace if error.code in FULL else StoreError
        raise kind(f"{what}: {error.code} {error.message}") from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise StoreError(f"{what}: {type(error).__name__} {error}") from error
