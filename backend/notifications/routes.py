"""The messages of a signed-in person."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Caller
from backend.notifications.inbox import Messages, mark_read, messages


class ReadIds(BaseModel):
    """Messages that were read."""

    ids: list[UUID] = Field(max_length=200)


@get("/messages", operation_id="listMessages")
async def list_messages(
    session: NamedDependency[AsyncSession],
    caller: NamedDependency[Caller],
    cursor: Annotated[str | None, QueryParameter(max_length=200)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Messages:
    """What the caller has been told, newest first, and how much of it is unread. Anybody signed in, his own."""
    person = await caller.signed_in()
    return await messages(session, person, caller.now, cursor, limit)


@post("/messages/read", operation_id="readMessages", status_code=204)
async def read_messages(
    data: JSONBody[ReadIds], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
) -> None:
    """Mark messages as read. Anybody signed in, his own; ids of others change nothing."""
    await mark_read(session, await caller.signed_in(), data.ids, caller.now)


router = Router("/api/v1", route_handlers=[list_messages, read_messages], tags=["messages"])
