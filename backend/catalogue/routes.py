"""The catalogue as clients fetch it."""

from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue import service
from backend.catalogue.schemas import CatalogueOut
from backend.core.auth import Caller


@get("/catalogue", operation_id="getCatalogue")
async def get_catalogue(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> Response[CatalogueOut]:
    """Classes and filing conditions in force today, in the order shown. Public; 304 for a known ETag."""
    catalogue = await service.current(session, caller.now)
    # A phone asks again at each start, and uses what it has while it is offline.
    headers = {"ETag": catalogue.etag, "Cache-Control": "public, no-cache"}
    body: Any = catalogue.body
    if if_none_match is not None and catalogue.etag in if_none_match:
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    return Response(body, headers=headers, media_type="application/json")


router = Router("/api/v1", route_handlers=[get_catalogue], tags=["catalogue"])
