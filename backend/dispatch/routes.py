"""Moves come in; squads read their queue."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.photo_intake import INTAKE, receive_photo
from backend.cases.routes import PHOTO_BODY
from backend.cases.schemas import CasePage
from backend.core.auth import Caller, CallerOf
from backend.core.db import Transactions
from backend.core.digest import digest_of
from backend.core.roles import DESK_ROLES, SQUAD_ROLES, Role
from backend.dispatch.hand_over import hand_over
from backend.dispatch.moves import move_intake, own_move_receipt, receive_move
from backend.dispatch.queue import queue
from backend.dispatch.schemas import HandOver, MoveReceipt
from backend.identity.roster import DutyOut, Member, members, week
from backend.photos.links import Links
from backend.photos.service import PhotoDesk
from backend.settings import Settings
from backend.territory.district import district_facts

AnyRequest = Request[Any, Any, Any]


@put(
    "/cases/{case_id:uuid}/moves/{move_id:uuid}",
    operation_id="putMove",
    status_code=201,
    responses={200: ResponseSpec(MoveReceipt, description="The same bytes are known already")},
)
async def put_move(
    case_id: FromPath[UUID],
    move_id: FromPath[UUID],
    request: AnyRequest,
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    photos: NamedDependency[PhotoDesk],
) -> Response[MoveReceipt]:
    """Do something to a case: whoever the table of moves names for its state, on rows that are theirs."""
    digest = digest_of(request.headers.get("content-digest"))
    await photos.faults("before_body")
    body = await request.body()
    answer = await receive_move(session, caller, case_id, move_id, body, digest, caller.now, settings.limits)
    await photos.faults("before_commit")
    return Response(answer.receipt, status_code=answer.status, headers=INTAKE)


@put(
    "/cases/{case_id:uuid}/moves/{move_id:uuid}/photos/{photo_id:uuid}",
    operation_id="putMovePhoto",
    status_code=201,
    request_max_body_size=PHOTO_BODY,
)
async def put_move_photo(
    case_id: FromPath[UUID],
    move_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    request: AnyRequest,
    transactions: NamedDependency[Transactions],
    caller_of: NamedDependency[CallerOf],
    photos: NamedDependency[PhotoDesk],
    now: NamedDependency[datetime],
) -> Response[MoveReceipt]:
    """Send the bytes of one photo of a move. Whoever made the move."""
    intake = move_intake(caller_of)
    return await receive_photo(request, transactions, caller_of, photos, intake, move_id, photo_id, now)


@get("/cases/{case_id:uuid}/moves/{move_id:uuid}/receipt", operation_id="getMoveReceipt")
async def get_move_receipt(
    case_id: FromPath[UUID],
    move_id: FromPath[UUID],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> Response[MoveReceipt]:
    """The truth about a move after any unclear failure. Whoever made it."""
    return Response(await own_move_receipt(session, caller, case_id, move_id), headers=INTAKE)


@get("/queue", operation_id="getQueue")
async def get_queue(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    cursor: Annotated[str | None, QueryParameter(max_length=200)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> CasePage:
    """What the caller's squads have to do, the earliest due first. Everybody of a squad."""
    person = await caller.signed_in(*SQUAD_ROLES)
    return await queue(session, person, Links(settings.secret, person.id, caller.now), caller.now, cursor, limit)


@get("/squad/members", operation_id="listSquadMembers")
async def list_squad_members(session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]) -> list[Member]:
    """The people of the caller's squads today, and who of them is on duty. Everybody of a squad."""
    person = await caller.signed_in(*SQUAD_ROLES)
    day = (await district_facts(session)).local_day(caller.now)
    return await members(session, sorted(person.squads), caller.now, day)


@post("/tasks/{task_id:uuid}/hand-over", operation_id="handOverTask", status_code=204)
async def hand_over_task(
    task_id: FromPath[UUID],
    data: JSONBody[HandOver],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> None:
    """Let a verification or check fall on somebody else, with a reason. Whoever was drawn for it."""
    person = await caller.signed_in(Role.INSPECTOR)
    await hand_over(session, task_id, person, data.reason, caller.now)


@get("/roster", operation_id="getRoster")
async def get_roster(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    first: Annotated[date, QueryParameter(name="from")],
    days: Annotated[int, QueryParameter(ge=1, le=31)] = 7,
) -> list[DutyOut]:
    """Who is on duty, on leave, on call in the `days` local days beginning with `from`. The desk sees everybody, a
    squad its own."""
    person = await caller.signed_in(*DESK_ROLES, *SQUAD_ROLES)
    zone = (await district_facts(session)).zone
    last = first + timedelta(days=days - 1)
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    squads = None if person.roles & DESK_ROLES else sorted(person.squads)
    return await week(session, since, until, first, last, squads)


router = Router(
    "/api/v1",
    route_handlers=[
        put_move,
        put_move_photo,
        get_move_receipt,
        get_queue,
        list_squad_members,
        hand_over_task,
        get_roster,
    ],
    tags=["moves"],
)
