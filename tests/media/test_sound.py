import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sniff import Refused
from media.sound import Sound, listen
from tests.media.pictures import encoded, four_corners
from tests.media.sounds import FIREFOX_WEBM, MP4, OGG, WEBM, WITH_PICTURE, ogg


def heard(tmp_path: Path, data: bytes, **options: int) -> Sound:
    path = tmp_path / "note"
    path.write_bytes(data)
    return listen(path, **options)


def refusal(tmp_path: Path, data: bytes, **options: int) -> str:
    with pytest.raises(Refused) as caught:
        heard(tmp_path, data, **options)
    return caught.value.code


def box(name: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return (len(body) + 8).to_bytes(4, "big") + name + body


def mp4(*handlers: bytes) -> bytes:
    """An MP4 whose tracks say that they are for these."""
    tracks = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)))) for handler in handlers]
    return box(b"ftyp", b"iso5", bytes(4), b"mp41") + box(b"moov", *tracks)


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (WEBM, "audio/webm"),
        (FIREFOX_WEBM, "audio/webm"),
        (MP4, "audio/mp4"),
        (mp4(b"soun"), "audio/mp4"),
        (OGG, "audio/ogg"),
    ],
    ids=["chromium's webm", "firefox's webm", "chromium's mp4", "the least mp4", "firefox's ogg"],
)
def test_what_browsers_record_is_known_by_its_own_bytes(tmp_path: Path, data: bytes, mime: str) -> None:
    assert heard(tmp_path, data).mime == mime


@pytest.mark.parametrize("data", [WEBM, MP4], ids=["webm", "mp4"])
def test_a_recording_that_was_cut_off_is_kept_as_far_as_it_goes(tmp_path: Path, data: bytes) -> None:
    assert heard(tmp_path, data[:-40]).format in ("WEBM", "MP4")


@pytest.mark.parametrize(
    "data",
    [
        WITH_PICTURE,
        mp4(b"soun", b"vide"),
        mp4(b"vide"),
        mp4(),
        encoded(four_corners()),
        encoded(four_corners(), "WEBP"),
        encoded(four_corners(), "HEIF"),
        WEBM.replace(b"webm", b"mkv\0"),
        WEBM[:40],
        WEBM[:4],
        MP4[:40],
        b"OggS",
        ogg(b"\x80theora"),
        ogg(b"\x01vorbis"),
        ogg(b"OpusHead", begins=False),
        OGG[40:],
        b"ID3\x04\0\0\0\0\0\0",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"<!doctype html><script>alert(1)</script>",
        b"\x1a\x45\xdf\xa3<script>alert(1)</script>",
    ],
)
def test_a_film_a_picture_a_page_and_a_fragment_are_no_voice_notes(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data) == "not_audio"


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"") == "empty"


def test_a_note_over_the_limit_is_refused_and_one_at_it_is_not(tmp_path: Path) -> None:
    assert heard(tmp_path, WEBM, max_bytes=len(WEBM)).format == "WEBM"
    assert refusal(tmp_path, WEBM, max_bytes=len(WEBM) - 1) == "too_large"


@given(at=st.integers(0, len(WEBM) - 1), bite=st.binary(max_size=12), data=st.sampled_from([WEBM, MP4, OGG]))
def test_whatever_bytes_come_the_answer_is_yes_or_no(
    tmp_path_factory: pytest.TempPathFactory, at: int, bite: bytes, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    out = io.BytesIO(data)
    out.seek(min(at, len(data)))
    out.write(bite)
    path.write_bytes(out.getvalue())
    try:
        assert listen(path).mime.startswith("audio/")
    except Refused as refused:
        assert refused.code == "not_audio"
