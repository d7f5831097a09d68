"""Devices, sign-in and passwords (contract.md, "Who is calling")."""

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import COOKIE, Caller, CallerOf, CrossSite, Person
from backend.core.db import Transactions
from backend.identity import devices, queries, schemas, sessions, set_password
from backend.settings import Settings

AnyRequest = Request[Any, Any, Any]

# The server ends sessions; the cookie only must not end before. 400 days is the most that browsers keep.
COOKIE_LASTS = 400 * 24 * 3600
LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


@post(
    "/devices",
    operation_id="registerDevice",
    responses={200: ResponseSpec(schemas.DeviceOut, description="A known device: the same pair again")},
)
async def register_device(
    data: JSONBody[schemas.DeviceIn],
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
) -> Response[schemas.DeviceOut]:
    """Register a phone, or give a known one its token again. 403 secret_differs, device_blocked."""
    token, new = await devices.register(
        session,
        data.device_id,
        data.secret,
        data.public_key,
        net=caller.net,
        now=caller.now,
        per_minute=settings.limits.devices_per_minute,
    )
    answer = schemas.DeviceOut(device_id=data.device_id, token=token)
    return Response(answer, status_code=201 if new else 200, headers={"X-Intake": "1", "Cache-Control": "no-store"})


@post("/session", operation_id="signIn")
async def sign_in(
    data: JSONBody[schemas.SignInIn],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    transactions: NamedDependency[Transactions],
    settings: NamedDependency[Settings],
) -> Response[schemas.SessionOut]:
    """Sign in: who one is, and a cookie. 401 bad_credentials, 429."""
    _not_from_elsewhere(request, caller)
    token, person = await sessions.sign_in(
        transactions,
        data.username,
        data.password,
        old_token=caller.cookie,
        user_agent=request.headers.get("user-agent", ""),
        net=caller.net,
        now=caller.now,
        limits=settings.limits,
    )
    return _signed_in(request, token, person)


@get("/session", operation_id="getSession")
async def get_session(caller: NamedDependency[Caller]) -> Response[schemas.SessionOut]:
    """Who is signed in, with the roles held today. 401 sign_in if nobody is."""
    person = schemas.PersonOut.of(await caller.signed_in())
    return Response(schemas.SessionOut(person=person), headers={"Cache-Control": "no-store"})


@delete("/session", operation_id="signOut", status_code=204)
async def sign_out(
    request: AnyRequest, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> Response[None]:
    """Sign out. No error without a session."""
    if await caller.person() is not None and caller.cookie is not None:
        await sessions.end_session(session, caller.cookie, caller.now)
    return Response(None, status_code=204, cookies=[_cookie(request, "", 0)])


@get("/sessions", operation_id="listSessions")
async def list_sessions(
    session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> schemas.OpenSessions:
    """The caller's own open sessions, the last used first."""
    person = await caller.signed_in()
    rows = await queries.open_sessions(session, person.id, caller.now)
    return schemas.OpenSessions(
        items=[schemas.OpenSession(**row, current=row["id"] == person.session_id) for row in rows]
    )


@delete("/sessions/{session_id:uuid}", operation_id="revokeSession", status_code=204)
async def revoke_session(
    session_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> None:
    """End one of the caller's own sessions, at once. 404 for any other."""
    await sessions.revoke_session(session, await caller.signed_in(), session_id, caller.now)


@put("/password", operation_id="changePassword", status_code=204)
async def change_password(
    data: JSONBody[schemas.PasswordIn],
    caller_of: NamedDependency[CallerOf],
    transactions: NamedDependency[Transactions],
    settings: NamedDependency[Settings],
) -> None:
    """Change one's own password; the other sessions end. 403 wrong_password, 422 weak_password, 429."""
    async with transactions() as session:
        caller = caller_of(session)
        person = await caller.signed_in()
    await set_password.change_password(
        transactions, person, data.current, data.new, net=caller.net, now=caller.now, limits=settings.limits
    )


@get("/welcome/{token:str}", operation_id="lookAtWelcome")
async def look_at_welcome(
    token: FromPath[str], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> Response[schemas.WelcomeOut]:
    """Whom a one-time link is for; looking does not use it up. 404 unknown_link, 410 link_used, link_expired."""
    found = await set_password.welcome(session, token, caller.now)
    answer = schemas.WelcomeOut(username=found.username, name=found.name, expires_at=found.expires_at)
    return Response(answer, headers={"Cache-Control": "no-store"})


@post("/welcome/{token:str}", operation_id="acceptWelcome")
async def accept_welcome(
    token: FromPath[str],
    data: JSONBody[schemas.WelcomeIn],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    transactions: NamedDependency[Transactions],
) -> Response[schemas.SessionOut]:
    """Set the password by a one-time link, and sign in. 422 weak_password leaves the link as it was."""
    _not_from_elsewhere(request, caller)
    opened, person = await set_password.accept_welcome(
        transactions, token, data.password, user_agent=request.headers.get("user-agent", ""), now=caller.now
    )
    return _signed_in(request, opened, person)


def _signed_in(request: AnyRequest, token: str, person: Person) -> Response[schemas.SessionOut]:
    answer = schemas.SessionOut(person=schemas.PersonOut.of(person))
    cookies = [_cookie(request, token, COOKIE_LASTS)]
    return Response(answer, status_code=201, cookies=cookies, headers={"Cache-Control": "no-store"})


def _cookie(request: AnyRequest, token: str, lasts: int) -> Cookie:
    # Over a proxy with TLS the scheme is plain http here, but the host is not local.
    plain_local = request.scope["scheme"] == "http" and LOCAL.fullmatch(request.headers.get("host", ""))
    return Cookie(
        key=COOKIE, value=token, path="/", max_age=lasts, httponly=True, samesite="strict", secure=not plain_local
    )


def _not_from_elsewhere(request: AnyRequest, caller: Caller) -> None:
    """Signing in is authorised by no cookie, yet another site must not sign its visitor in as somebody else.

    A browser always says where such a request comes from; a program that says nothing may go on.
    """
    if ("origin" in request.headers or "sec-fetch-site" in request.headers) and not caller.same_site:
        raise CrossSite()


router = Router(
    path="/api/v1",
    route_handlers=[
        register_device,
        sign_in,
        get_session,
        sign_out,
        list_sessions,
        revoke_session,
        change_password,
        look_at_welcome,
        accept_welcome,
    ],
    tags=["identity"],
)
