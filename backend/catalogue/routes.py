"""The catalogue as clients fetch it."""

from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue import service
from backend.catalogue.schemas import CatalogueOut
from backend.catalogue.search import ClassesFound, search_classes
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


@get("/classes/search", operation_id="searchClasses")
async def get_classes(
    q: Annotated[str, QueryParameter(max_length=60)],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> ClassesFound:
    """Classes and conditions in force by name, pinyin or initials as somebody types them. Staff."""
    await caller.signed_in()
    return ClassesFound(search_classes(await service.current(session, caller.now), q))


router = Router("/api/v1", route_handlers=[get_catalogue, get_classes], tags=["catalogue"])
