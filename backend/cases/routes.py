"""Reports come in, cases are read. Each route names who may call it; rows are judged in access.py."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases import completion, held, lists, page, tracking
from backend.cases.intake import receive_report
from backend.cases.photo_intake import INTAKE, receive_photo
from backend.cases.repair import refuse, repair
from backend.cases.schemas import (
    CaseOut,
    CasePage,
    CaseState,
    HeldPage,
    HeldRefusal,
    HeldSettled,
    Inbox,
    MinePage,
    Repair,
    Suggestions,
    Tracking,
)
from backend.cases.suggestions import suggestions
from backend.core.auth import Caller, CallerOf
from backend.core.db import Transactions
from backend.core.digest import digest_of
from backend.core.errors import SignIn
from backend.core.geo import GeoPoint
from backend.core.pace import Pace
from backend.core.roles import DESK_ROLES, DISPATCH_ROLES, INTAKE_ROLES, LEADER_ROLES, Role
from backend.photos.links import Links
from backend.photos.service import PhotoDesk
from backend.reports.receipts import own_receipts
from backend.reports.schemas import ReceiptsCheck, ReceiptsFound, ReportReceipt
from backend.settings import Settings

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, QueryParameter(max_length=200)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]

RECEIPTS = {
    200: ResponseSpec(ReportReceipt, description="The same bytes are known already"),
    202: ResponseSpec(ReportReceipt, description="Held for repair"),
}
# Photos are the only large bodies; a little more than the limit, so that our own clear error comes first.
PHOTO_BODY = 64 * 1024 * 1024


@put("/reports/{report_id:uuid}", operation_id="putReport", status_code=201, responses=RECEIPTS)
async def put_report(
    report_id: FromPath[UUID],
    request: AnyRequest,
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    photos: NamedDependency[PhotoDesk],
) -> Response[ReportReceipt]:
    """Send a report: its JSON with the manifest of its photos. The device or the person named in it."""
    photos.check_space()
    digest = digest_of(request.headers.get("content-digest"))
    await photos.faults("before_body")
    answer = await receive_report(session, caller, report_id, await request.body(), digest, caller.now, settings.limits)
    await photos.faults("before_commit")
    return Response(answer.receipt, status_code=answer.status, headers=INTAKE)


@put(
    "/reports/{report_id:uuid}/photos/{photo_id:uuid}",
    operation_id="putReportPhoto",
    status_code=201,
    request_max_body_size=PHOTO_BODY,
)
async def put_report_photo(
    report_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    request: AnyRequest,
    transactions: NamedDependency[Transactions],
    caller_of: NamedDependency[CallerOf],
    photos: NamedDependency[PhotoDesk],
    now: NamedDependency[datetime],
) -> Response[ReportReceipt]:
    """Send the bytes of one photo of a report. Its owner."""
    intake = completion.REPORT_INTAKE
    return await receive_photo(request, transactions, caller_of, photos, intake, report_id, photo_id, now)


@get("/reports/{report_id:uuid}/receipt", operation_id="getReportReceipt")
async def get_report_receipt(
    report_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> Response[ReportReceipt]:
    """The truth about a report after any unclear failure. Its owner; 404 unknown_report means: send it again."""
    person, device = await caller.person(), await caller.device()
    found = await own_receipts(session, [report_id], device.id if device else None, person.id if person else None)
    if not found:
        raise completion.UnknownReport()
    return Response(found[0], headers=INTAKE)


@post("/receipts/check", operation_id="checkReceipts", status_code=200)
async def check_receipts(
    data: JSONBody[ReceiptsCheck], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> Response[ReceiptsFound]:
    """Receipts of up to 200 of the caller's own reports, before the phone forgets anything."""
    person, device = await caller.person(), await caller.device()
    found = await own_receipts(session, data.ids, device.id if device else None, person.id if person else None)
    known = {receipt.id for receipt in found}
    answer = ReceiptsFound(receipts=found, unknown=[one for one in data.ids if one not in known])
    return Response(answer, headers=INTAKE)


@get("/mine", operation_id="listMine")
async def list_mine(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> MinePage:
    """The reports of this device and of the signed-in person, newest first."""
    links = Links(settings.secret, None, caller.now)
    return await tracking.mine(session, caller, links, caller.now, cursor, limit)


async def _looker(caller: Caller) -> str:
    """Whose look this is, for the limit: a person's or a phone's own; of everybody else an address's together, since
    a whole office may sit behind one."""
    person = await caller.person()
    try:
        device = await caller.device()
    except SignIn:
        device = None
    if person or device:
        return f"tracking by {person.id if person else device.id if device else None}"
    return f"tracking {caller.net}"


@get("/tracking/{public_ref:str}", operation_id="getTracking")
async def get_tracking(
    public_ref: FromPath[str],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    pace: NamedDependency[Pace],
) -> Response[Tracking]:
    """What became of a report: whoever holds its link. Unknown and hidden answer alike."""
    pace.check(await _looker(caller), settings.limits.tracking_per_minute, caller.now)
    links = Links(settings.secret, None, caller.now)
    answer = await tracking.track(session, caller, public_ref, links, caller.now)
    return Response(answer, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


@get("/suggestions", operation_id="getSuggestions")
async def get_suggestions(
    lon: Annotated[float, QueryParameter(ge=-180, le=180)],
    lat: Annotated[float, QueryParameter(ge=-90, le=90)],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> Response[Suggestions]:
    """Classes to offer first at a place. Any device or signed-in person."""
    person, device = await caller.person(), await caller.device()
    if person is None and device is None:
        raise SignIn()
    found = await suggestions(
        session, device.id if device else None, person.id if person else None, GeoPoint(lon=lon, lat=lat), caller.now
    )
    return Response(found, headers={"Cache-Control": "private, max-age=300"})


@get("/inbox", operation_id="getInbox")
async def get_inbox(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Inbox:
    """What waits to be filed or refused. Operators, shift leaders, administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    return await lists.inbox(session, Links(settings.secret, person.id, caller.now), caller.now, cursor, limit)


@get("/held", operation_id="listHeld")
async def list_held(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> HeldPage:
    """Reports that wait for repair. Operators, shift leaders, administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    return await held.held(session, Links(settings.secret, person.id, caller.now), caller.now, cursor, limit)


@post("/held/{report_id:uuid}/repair", operation_id="repairHeld", status_code=200)
async def repair_held(
    report_id: FromPath[UUID],
    data: JSONBody[Repair],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> HeldSettled:
    """Make a held report a proper one, from what can be read of it and the corrections. Operators, shift leaders,
    administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    return await repair(session, report_id, data, person, caller.now)


@post("/held/{report_id:uuid}/refuse", operation_id="refuseHeld", status_code=200)
async def refuse_held(
    report_id: FromPath[UUID],
    data: JSONBody[HeldRefusal],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
) -> HeldSettled:
    """Refuse a held report; its reporter reads the reason. Operators, shift leaders, administrators."""
    person = await caller.signed_in(*INTAKE_ROLES)
    return await refuse(session, report_id, data, person, caller.now)


@get("/decisions", operation_id="listDecisions")
async def list_decisions(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CasePage:
    """Returned cases to dispatch again, and what squads ask for, the longest waiting first. Dispatchers, shift leaders,
    leaders, administrators."""
    person = await caller.signed_in(*DISPATCH_ROLES, *LEADER_ROLES)
    links = Links(settings.secret, person.id, caller.now)
    return await lists.decisions(session, links, caller.now, cursor, limit)


@get("/checks", operation_id="listChecks")
async def list_checks(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CasePage:
    """What this inspector has to verify and to check, the longest waiting first; for the intake, what is judged by its
    photos."""
    person = await caller.signed_in(Role.INSPECTOR, *INTAKE_ROLES)
    links = Links(settings.secret, person.id, caller.now)
    return await lists.checks(session, person, links, caller.now, cursor, limit)


@get("/cases", operation_id="listCases")
async def list_cases(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    case_state: Annotated[CaseState | None, QueryParameter(name="state")] = None,
    flag: Annotated[str | None, QueryParameter(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CasePage:
    """Every case, newest first; `flag`: only those that carry it, e.g. self_handled. Everybody at the desk."""
    person = await caller.signed_in(*DESK_ROLES)
    links = Links(settings.secret, person.id, caller.now)
    return await lists.all_cases(session, links, caller.now, case_state, flag, cursor, limit)


@get("/cases/{case_id:uuid}", operation_id="getCase")
async def get_case(
    case_id: FromPath[UUID],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
) -> CaseOut:
    """One case: the desk, its squad, inspectors once it is filed, and whoever reported it."""
    person = await caller.person()
    links = Links(settings.secret, person.id if person else None, caller.now)
    return await page.show(session, caller, case_id, links, caller.now)


router = Router(
    "/api/v1",
    route_handlers=[
        put_report,
        put_report_photo,
        get_report_receipt,
        check_receipts,
        list_mine,
        get_tracking,
        get_suggestions,
        get_inbox,
        list_held,
        repair_held,
        refuse_held,
        list_decisions,
        list_checks,
        list_cases,
        get_case,
    ],
    tags=["cases"],
)
