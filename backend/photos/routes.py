"""Photos to look at, voice notes to listen to: only behind a signed address. Of photos only our own encoding."""

import asyncio
import re
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Caller
from backend.core.errors import NotFound
from backend.core.site import PACKED
from backend.photos.links import LINK, verify
from backend.photos.queries import stored_voice
from backend.photos.service import PhotoDesk, derivative_key
from backend.settings import Settings
from media.store import Missing

SIZES = {"320": (320,), "640": (640, 1600), "1600": (1600,)}
"""What is served under each size: photos of before there were 640 px have them large."""
VOICE = "voice"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
HEADERS = {
    "Cache-Control": "private, max-age=900",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@get("/m/{derivative:str}", operation_id="getPhoto", media_type="image/webp")
async def get_photo(
    derivative: FromPath[str],
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    photos: NamedDependency[PhotoDesk],
    expiry: Annotated[int, QueryParameter(name="e")],
    signature: Annotated[str, QueryParameter(name="s", max_length=64)],
) -> Response[bytes]:
    """A derivative of a photo (WebP, upright, no metadata), or a voice note as it was recorded. 404 for a wrong,
    foreign or expired address."""
    person = await caller.person() if caller.cookie else None
    verify(settings.secret, derivative, expiry, signature, [*([str(person.id)] if person else []), LINK], caller.now)
    name, _, size = derivative.rpartition("-")
    try:
        media_id = UUID(name)
    except ValueError as error:
        raise NotFound() from error
    if size == VOICE:
        found = await stored_voice(session, media_id)
        if found is None:
            raise NotFound()
        return _sound(await _bytes(photos, found[0]), found[1], request.headers.get("range"))
    if size not in SIZES:
        raise NotFound()
    body = await _bytes(photos, *(derivative_key(media_id, pixels) for pixels in SIZES[size]))
    return Response(body, media_type="image/webp", headers=HEADERS)


def _read(photos: PhotoDesk, key: str) -> bytes:
    return b"".join(photos.store.open(key))


async def _bytes(photos: PhotoDesk, *keys: str) -> bytes:
    """The first of these objects that is there. Raises NotFound."""
    for key in keys:
        with suppress(Missing):
            return await asyncio.to_thread(_read, photos, key)
    raise NotFound()


def _sound(body: bytes, mime: str, wanted: str | None) -> Response[bytes]:
    """A voice note, or the one range of it that is asked for: some players play nothing they cannot ask for in parts.

    It is what somebody sent, byte for byte: kept out of caches, under our own word for what it is.
    """
    headers = {
        **HEADERS,
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }
    match = RANGE.fullmatch(wanted or "")
    if match is None or not (match[1] or match[2]):
        return Response(body, media_type=mime, headers=headers)
    first = int(match[1]) if match[1] else max(0, len(body) - int(match[2]))
    last = min(int(match[2]), len(body) - 1) if match[1] and match[2] else len(body) - 1
    if first > last:
        headers["Content-Range"] = f"bytes */{len(body)}"
        return Response(b"", status_code=416, media_type=mime, headers=headers)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(body[first : last + 1], status_code=206, media_type=mime, headers=headers)


router = Router("/", route_handlers=[get_photo], tags=["photos"], opt={PACKED: True})
