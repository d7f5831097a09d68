"""`POST /rescue`: what a phone could not send is brought in, by the desk or by the person who made it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from litestar import Request, Router, post
from litestar.di import NamedDependency

from backend.admin.rescue.importing import import_rescue
from backend.admin.rescue.schemas import RescueOut
from backend.core.auth import CallerOf
from backend.core.db import Transactions
from backend.core.digest import DigestMismatch
from backend.photos.service import PhotoDesk
from backend.photos.spool import PhotoTooLarge, spool
from backend.settings import Settings

MOST = 2 * 1024**3
"""A phone with 3,000 unsent photos; the body limit is a little more, so that our own clear error comes first."""


@post("/rescue", operation_id="importRescue", status_code=200, request_max_body_size=MOST + 1024**2)
async def import_rescue_file(
    request: Request[Any, Any, Any],
    transactions: NamedDependency[Transactions],
    caller_of: NamedDependency[CallerOf],
    photos: NamedDependency[PhotoDesk],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> RescueOut:
    """Import a rescue file (application/zip, at most 2 GB) of any phone. Staff: their own items; the desk also those
    of citizens' phones, and of colleagues whose phone is known to be theirs."""
    async with transactions() as session:
        person = await caller_of(session).signed_in()
    header = request.headers.get("content-length", "")
    length = int(header) if header.isdigit() else 0
    if length > MOST:
        raise PhotoTooLarge("The file is larger than the server takes.", limit=MOST)
    photos.check_space(length)
    async with spool(photos.spool_folder, _body(request), MOST) as file:
        return await import_rescue(file.path, settings, transactions, photos, now, by=person)


async def _body(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except Exception as error:
        if "disconnect" in str(error):
            raise DigestMismatch("The connection ended before the file did.") from error
        raise


router = Router("/api/v1", route_handlers=[import_rescue_file], tags=["rescue"])
