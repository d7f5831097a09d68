"""create_app(settings) -> Litestar: routers, plugins, exception map. No logic."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec
from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.config import router as config
from backend.admin.rescue.routes import router as rescue
from backend.cases.desk.routes import router as desk
from backend.cases.routes import router as cases
from backend.cases.tracking import first_pictures
from backend.catalogue.routes import router as catalogue
from backend.core import health, site
from backend.core.auth import Caller, CallerOf, make_caller
from backend.core.clock import Clock, utc_now
from backend.core.db import (
    Sessions,
    Transactions,
    make_engine,
    make_reading_sessions,
    make_sessions,
    provide_session,
    provide_transactions,
)
from backend.core.faults import Faults, no_faults, takes_in
from backend.core.pace import Pace
from backend.core.problems import EXCEPTION_HANDLERS
from backend.dispatch.routes import router as dispatch
from backend.identity.people import ensure_no_demo_accounts
from backend.identity.queries import SqlLookups
from backend.identity.routes import router as identity
from backend.notifications.routes import router as notifications
from backend.photos.links import Links
from backend.photos.routes import router as photos
from backend.photos.service import PhotoDesk
from backend.settings import Settings
from backend.statistics.routes import router as statistics
from backend.territory.routes import router as territory

ROUTERS = [
    identity,
    cases,
    desk,
    dispatch,
    photos,
    territory,
    catalogue,
    config,
    rescue,
    notifications,
    statistics,
    health.router,
    site.router,
]


# Litestar starts a task for each of several dependencies that could be had side by side, which takes longer than all of
# ours together (a tenth of a creation). So those of the hot paths form a chain: photos, settings, session, caller.


async def provide_photos(state: State) -> PhotoDesk:
    photos: PhotoDesk = state.photos
    return photos


async def provide_settings(state: State, photos: NamedDependency[PhotoDesk]) -> Settings:
    settings: Settings = state.settings
    return settings


async def provide_caller(
    request: Request[Any, Any, Any],
    state: State,
    session: NamedDependency[AsyncSession],
    settings: NamedDependency[Settings],
) -> Caller:
    return make_caller(request, session, SqlLookups(), state.clock(), settings)


async def provide_now(state: State) -> datetime:
    clock: Clock = state.clock
    return clock()


async def provide_pace(state: State) -> Pace:
    pace: Pace = state.pace
    return pace


async def provide_caller_of(
    request: Request[Any, Any, Any], now: NamedDependency[datetime], settings: NamedDependency[Settings]
) -> CallerOf:
    return lambda session: make_caller(request, session, SqlLookups(), now, settings)


def pydantic_json(model: BaseModel) -> msgspec.Raw:
    """A model as JSON by pydantic's own writer: half the time of a dict by pydantic and JSON by msgspec."""
    return msgspec.Raw(model.__pydantic_serializer__.to_json(model))


DEPENDENCIES = {
    "session": Provide(provide_session),
    "transactions": Provide(provide_transactions),
    "now": Provide(provide_now),
    "settings": Provide(provide_settings),
    "photos": Provide(provide_photos),
    "pace": Provide(provide_pace),
    "caller_of": Provide(provide_caller_of),
    "caller": Provide(provide_caller),
}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
}


async def harden(response: Response[Any]) -> Response[Any]:
    """Headers that every answer carries; a route's own value wins."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _after_answer(faults: Faults) -> Callable[[Request[Any, Any, Any]], Awaitable[None]] | None:
    """The hook of the last point; none at all without faults."""

    async def passed(request: Request[Any, Any, Any]) -> None:
        if takes_in(request.method, request.scope["path"]):
            await faults("after_answer")

    return None if faults is no_faults else passed


def create_app(
    settings: Settings, *, sessions: Sessions | None = None, clock: Clock = utc_now, faults: Faults = no_faults
) -> Litestar:
    """The server. Tests hand in sessions of their own, a clock, and what goes wrong at which point (core/faults.py)."""
    photos = PhotoDesk.of(settings, faults)
    state: dict[str, Any] = {
        "settings": settings,
        "clock": clock,
        "photos": photos,
        "faults": faults,
        "pace": Pace(),
        "site": site.Site(settings.pwa, demo=settings.demo),
        "icons": site.Site(settings.icons),
        "first_pictures": lambda session, ref: first_pictures(session, ref, Links(settings.secret, None, clock())),
        "check_photos": lambda: asyncio.to_thread(photos.check_ready),
        "sessions": sessions,
        "reading": sessions,
    }
    return Litestar(
        route_handlers=ROUTERS,
        dependencies=DEPENDENCIES,
        exception_handlers=EXCEPTION_HANDLERS,
        state=State(state),
        lifespan=[] if sessions is not None else [_database(settings)],
        after_request=harden,
        after_response=_after_answer(faults),
        type_encoders={BaseModel: pydantic_json},
        # level 3: a queue in a fifth of the time of level 9, a seventh larger
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=3, minimum_size=2048, exclude_opt_key=site.PACKED
        ),
        request_max_body_size=10 * 1024 * 1024,
        openapi_config=OpenAPIConfig(
            title="Xuncheng",
            version="1",
            path="/schema",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
            description="Contract v1: what travels between phone, server and other programs.",
        ),
    )


def _database(settings: Settings) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        engine = make_engine(settings)
        app.state.sessions = make_sessions(engine, settings.schema)
        app.state.reading = make_reading_sessions(engine, settings.schema)
        try:
            async with Transactions(app.state.sessions)() as session:
                await ensure_no_demo_accounts(session, settings)
            yield
        finally:
            await engine.dispose()

    return lifespan
