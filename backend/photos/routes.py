"""Photos to look at: only our own encoding, only behind a signed address."""

import asyncio
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.core.auth import Caller
from backend.core.errors import NotFound
from backend.core.site import PACKED
from backend.photos.links import LINK, verify
from backend.photos.service import PhotoDesk, derivative_key
from backend.settings import Settings
from media.store import Missing

SIZES = frozenset({"320", "1600"})


@get("/m/{derivative:str}", operation_id="getPhoto", media_type="image/webp")
async def get_photo(
    derivative: FromPath[str],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    photos: NamedDependency[PhotoDesk],
    expiry: Annotated[int, QueryParameter(name="e")],
    signature: Annotated[str, QueryParameter(name="s", max_length=64)],
) -> Response[bytes]:
    """A derivative of a photo (WebP, upright, no metadata). 404 for a wrong, foreign or expired address."""
    person = await caller.person() if caller.cookie else None
    verify(settings.secret, derivative, expiry, signature, [*([str(person.id)] if person else []), LINK], caller.now)
    name, _, size = derivative.rpartition("-")
    try:
        media_id = UUID(name)
    except ValueError as error:
        raise NotFound() from error
    if size not in SIZES:
        raise NotFound()
    try:
        body = await asyncio.to_thread(lambda: b"".join(photos.store.open(derivative_key(media_id, int(size)))))
    except Missing as error:
        raise NotFound() from error
    headers = {
        "Cache-Control": "private, max-age=900",
        "Content-Security-Policy": "default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(body, media_type="image/webp", headers=headers)


router = Router("/", route_handlers=[get_photo], tags=["photos"], opt={PACKED: True})
