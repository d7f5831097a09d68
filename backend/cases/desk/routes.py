"""The desk takes in what does not come from a phone, reads what is pasted, and answers the city."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec.structs import fields
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk.city_file import city_file
from backend.cases.desk.complainant import PERSONAL_DATA_ROLES, origin_of, read_complainant
from backend.cases.desk.intake import take_in
from backend.cases.desk.reading import place_out, read_text
from backend.cases.desk.schemas import (
    ComplainantOut,
    DeskCase,
    DeskReading,
    DeskReport,
    OriginOut,
    PlacesFound,
    PurposeIn,
    ReadIn,
    SheetDone,
    SourceOut,
    SourcesOut,
)
from backend.cases.desk.sheet import import_sheet
from backend.cases.sources import sources
from backend.core.auth import Caller
from backend.core.roles import DESK_ROLES, INTAKE_ROLES
from backend.photos.links import Links
from backend.settings import Settings
from backend.territory.district import district_facts
from backend.territory.gazetteer import search_places

CITY_FILE_DAYS = 31


@get("/sources", operation_id="listSources")
async def list_sources(session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]) -> SourcesOut:
    """Where cases come from, and what each source asks for today. Everybody at the desk."""
    await caller.signed_in(*DESK_ROLES)
    known = await sources(session, (await district_facts(session)).local_day(caller.now))
    names = [field.name for field in fields(SourceOut)]
    return SourcesOut([SourceOut(**{name: getattr(one, name) for name in names}) for one in known.values()])


@post(
    "/desk/reports",
    operation_id="postDeskReport",
    status_code=201,
    responses={200: ResponseSpec(DeskCase, description="The same report or the same number is known already")},
)
async def post_desk_report(
    data: JSONBody[DeskReport], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> Response[DeskCase]:
    """Take in a case that did not come from a phone. Operators, shift leaders, administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    made = await take_in(session, data, person, caller.now)
    return Response(made, status_code=200 if made.known else 201)


@post("/desk/read", operation_id="readDeskText", status_code=200)
async def read_desk_text(
    data: JSONBody[ReadIn],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
) -> DeskReading:
    """What a pasted text says: places, classes, number, duplicates, squad. Stores nothing. Operators, shift leaders,
    administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    return await read_text(session, data, Links(settings.secret, person.id, caller.now), caller.now)


@get("/desk/places", operation_id="searchPlaces")
async def list_places(
    q: Annotated[str, QueryParameter(max_length=60)],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> PlacesFound:
    """Places of the gazetteer by name, pinyin or initials as somebody types them. Staff."""
    await caller.signed_in()
    return PlacesFound([place_out(place) for place in await search_places(session, q)])


@post("/desk/import", operation_id="importDeskSheet", status_code=200)
async def import_desk_sheet(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    source: Annotated[str | None, QueryParameter(max_length=40)] = None,
) -> SheetDone:
    """Take in the day's sheet, the body as it is: CSV (UTF-8, GB 18030) or XLSX; `source` is that of rows that name
    none. Operators, shift leaders, administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    return await import_sheet(session, await request.body(), source, person, caller.now)


@get("/desk/city-file", operation_id="getCityFile", media_type="text/csv")
async def get_city_file(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    since: Annotated[datetime | None, QueryParameter()] = None,
) -> Response[str]:
    """What became of the cases that the city assigned and that changed since `since` (else the last 31 days), as CSV.
    Operators, shift leaders, administrators."""
    await caller.signed_in(*INTAKE_ROLES)
    zone = (await district_facts(session)).zone
    begin = since or caller.now - timedelta(days=CITY_FILE_DAYS)
    begin = begin if begin.tzinfo else begin.replace(tzinfo=zone)
    name = f"city-{caller.now.astimezone(zone):%Y%m%d-%H%M}.csv"
    return Response(
        await city_file(session, begin, zone),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@get("/cases/{case_id:uuid}/origin", operation_id="getCaseOrigin")
async def get_case_origin(
    case_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> OriginOut:
    """Where a case of the desk comes from, without who complained; 404 for cases from phones. Everybody at the desk."""
    await caller.signed_in(*DESK_ROLES)
    return await origin_of(session, case_id)


@post("/cases/{case_id:uuid}/complainant/read", operation_id="readComplainant", status_code=200)
async def post_complainant_read(
    case_id: FromPath[UUID],
    data: JSONBody[PurposeIn],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> Response[ComplainantOut]:
    """Who complained; each reading is kept with the reader and the purpose. Operators, shift leaders,
    administrators."""
    person = await caller.signed_in(*PERSONAL_DATA_ROLES)
    told = await read_complainant(session, case_id, data.purpose, person, caller.now)
    return Response(told, headers={"Cache-Control": "no-store"})


router = Router(
    "/api/v1",
    route_handlers=[
        list_sources,
        post_desk_report,
        read_desk_text,
        list_places,
        import_desk_sheet,
        get_city_file,
        get_case_origin,
        post_complainant_read,
    ],
    tags=["desk"],
)
