import hashlib
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from media.folder import FolderStore
from media.s3 import S3Store
from media.store import Missing, NoSpace, Store, StoreError, content_key, open_store

ACCESS, SECRET = "warehouse", "s/e+c?r:e@t"
PHOTO = os.urandom(700_000)
KEY = content_key("o", hashlib.sha256(PHOTO).hexdigest())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """host:port of a real S3 server that checks signatures."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-c", "from nanio.cli import main; main()", "serve", "--no-access-log"]
    command += ["--host", "127.0.0.1", "--port", address.rpartition(":")[2]]
    command += ["--data-dir", str(tmp_path_factory.mktemp("s3"))]
    keys = {"NANIO_ACCESS_KEY": ACCESS, "NANIO_SECRET_KEY": SECRET}
    with subprocess.Popen(command, env=os.environ | keys, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            next(line for line in server.stderr if "running on" in line)
            yield address
        finally:
            server.terminate()


def s3_url(address: str, bucket: str, secret: str = SECRET) -> str:
    return f"s3://{ACCESS}:{quote(secret, safe='')}@{address}/{bucket}?secure=0"


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        store = open_store(f"folder:{tmp_path / 'store'}")
    else:
        bucket = f"photos-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
        store = open_store(s3_url(request.getfixturevalue("s3_server"), bucket))
    store.prepare()
    return store


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "spooled"
    path.write_bytes(PHOTO)
    return path


def test_what_is_put_is_read_back_byte_for_byte(store: Store, source: Path) -> None:
    store.put_file(KEY, source, "image/jpeg")
    assert b"".join(store.open(KEY)) == PHOTO
    with store.local(KEY) as path:
        assert path.read_bytes() == PHOTO
    assert store.stat(KEY) == len(PHOTO)


def test_a_file_and_bytes_are_kept_alike(store: Store, source: Path) -> None:
    store.put_bytes(KEY, PHOTO, "image/jpeg")
    store.put_file(KEY, source, "image/jpeg")
    assert b"".join(store.open(KEY)) == PHOTO


def test_putting_again_is_done_at_once(store: Store) -> None:
    store.put_bytes(KEY, PHOTO, "image/jpeg")
    same_size = bytes(len(PHOTO))  # would be seen if the second put wrote anything
    store.put_bytes(KEY, same_size, "image/jpeg")
    assert b"".join(store.open(KEY)) == PHOTO


def test_an_object_of_another_size_is_replaced(store: Store) -> None:
    store.put_bytes(KEY, PHOTO[:1000], "image/jpeg")
    store.put_bytes(KEY, PHOTO, "image/jpeg")
    assert b"".join(store.open(KEY)) == PHOTO


def test_what_was_never_put_is_missing_before_the_first_byte(store: Store) -> None:
    assert store.stat(KEY) is None
    with pytest.raises(Missing):
        store.open(KEY)
    with pytest.raises(Missing), store.local(KEY):
        pass


def test_what_is_deleted_is_gone_and_deleting_again_is_fine(store: Store) -> None:
    store.put_bytes(KEY, PHOTO, "image/jpeg")
    store.delete(KEY)
    store.delete(KEY)
    assert store.stat(KEY) is None


def test_preparing_again_keeps_what_is_there(store: Store) -> None:
    store.put_bytes(KEY, b"x", "image/jpeg")
    store.prepare()
    store.check()
    assert store.stat(KEY) == 1


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "o/../../x", "o//x", "o/.x", "o/a b", "o/x/", "o/\0"])
def test_no_key_leaves_the_store(store: Store, key: str) -> None:
    with pytest.raises(ValueError):
        store.put_bytes(key, b"x", "image/jpeg")
    with pytest.raises(ValueError):
        store.stat(key)
    with pytest.raises(ValueError):
        store.open(key)
    with pytest.raises(ValueError):
        store.delete(key)


def test_the_key_of_a_content_spreads_over_folders() -> None:
    digest = hashlib.sha256(b"").hexdigest()
    assert content_key("d", digest, ".webp") == f"d/{digest[:2]}/{digest[2:]}.webp"
    with pytest.raises(ValueError):
        content_key("o", digest.upper())


def test_a_wrong_secret_is_an_error_and_not_an_empty_store(s3_server: str) -> None:
    store = open_store(s3_url(s3_server, "photos", "wrong"))
    with pytest.raises(StoreError):
        store.stat(KEY)
    with pytest.raises(StoreError):
        store.put_bytes(KEY, b"x", "image/jpeg")
    with pytest.raises(StoreError):
        store.check()


def test_a_bucket_that_is_not_there_is_an_error(s3_server: str) -> None:
    store = open_store(s3_url(s3_server, "nobody-made-this"))
    with pytest.raises(StoreError):
        store.check()
    with pytest.raises(StoreError):
        store.put_bytes(KEY, b"x", "image/jpeg")


def test_a_server_that_is_down_is_an_error() -> None:
    store = open_store(s3_url(f"127.0.0.1:{free_port()}", "photos"))
    with pytest.raises(StoreError):
        store.put_bytes(KEY, b"x", "image/jpeg")


def test_the_address_says_which_store() -> None:
    folder = open_store("folder:/var/lib/photos")
    assert isinstance(folder, FolderStore) and folder.root == Path("/var/lib/photos")
    bucket = open_store("s3://key:secret@storage.example:9000/photos?secure=0")
    assert isinstance(bucket, S3Store) and bucket.bucket == "photos"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/var/lib/photos",
        "folder:relative",
        "s3://storage.example/photos",
        "s3://key:hush@storage.example",
        "ftp://x",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_a_secret(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        open_store(url)
    assert "hush" not in str(caught.value)


def test_a_photo_is_on_disk_before_it_has_its_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def noting_fsync(handle: int) -> None:
        fsync(handle)
        name = Path(os.readlink(f"/proc/self/fd/{handle}"))
        steps.append(("sync", "the bytes" if name.name.endswith(".part") else str(name.relative_to(tmp_path))))

    def noting_replace(old: Path, new: Path) -> None:
        replace(old, new)
        steps.append(("name", str(Path(new).relative_to(tmp_path))))

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(os, "replace", noting_replace)
    FolderStore(tmp_path).put_bytes("o/ab/photo", PHOTO, "image/jpeg")
    assert steps == [
        ("sync", "the bytes"),
        ("name", "o/ab/photo"),
        ("sync", "o/ab"),
        ("sync", "o"),
        ("sync", "."),
    ]
    steps.clear()
    FolderStore(tmp_path).put_bytes("o/ab/photo", PHOTO, "image/jpeg")
    assert ("sync", "o/ab") in steps, "whoever put it first may not have got as far"


def test_a_put_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StoreError):
            store.put_bytes(KEY, PHOTO, "image/jpeg")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert store.stat(KEY) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.folder.RESERVE_BYTES", 1 << 60)
    with pytest.raises(NoSpace):
        FolderStore(tmp_path).check()


PUT_FOR_EVER = """
import hashlib, os, sys
from pathlib import Path
from media.folder import FolderStore
from media.store import content_key
while True:
    data = os.urandom(300_000)
    key = content_key("o", hashlib.sha256(data).hexdigest())
    FolderStore(Path(sys.argv[1])).put_bytes(key, data, "image/jpeg")
    print(key, flush=True)
"""


def test_what_was_acknowledged_survives_kill_9_and_nothing_is_torn(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", PUT_FOR_EVER, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(5)]
        writer.kill()
    store = FolderStore(tmp_path)
    assert all(store.stat(key) == 300_000 for key in acknowledged)
    for path in tmp_path.rglob("[!.]*"):
        if path.is_file():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.parent.name + path.name
