"""A person's messages: what has become visible, newest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Person
from backend.core.paging import after, cut

_MINE = text(
    """
    select m.id, m.kind, m.visible_at as at, m.case_id, c.number, k.name as class_name, k.name_en as class_name_en,
      concat(s.name, o.name) as place_text, m.data, m.read_at
    from message m left join cases c on c.id = m.case_id
    left join category_class k on k.code = c.class_code and k.version = coalesce(c.catalogue_version,
      (select max(version) from category_class where code = c.class_code))
    left join street s on s.code = c.street_code
    left join community o on o.code = c.community_code
    where m.person_id = :me and m.visible_at <= :now
      and (cast(:after_at as timestamptz) is null or (m.visible_at, m.id) < (:after_at, cast(:after_id as uuid)))
    order by m.visible_at desc, m.id desc limit :most
    """
)
_UNREAD = text("select count(*) from message where person_id = :me and visible_at <= :now and read_at is null")
_READ = text("update message set read_at = :now where person_id = :me and id = any(:ids) and read_at is null")


class MessageOut(Struct):
    """One thing that somebody is told. Messages of one `at` came in one digest."""

    id: UUID
    kind: str
    at: datetime
    case_id: UUID | None
    number: str | None
    class_name: str | None
    class_name_en: str | None
    place_text: str
    data: dict[str, Any]
    read_at: datetime | None


class Messages(Struct):
    items: list[MessageOut]
    next: str | None
    unread: int


async def messages(session: AsyncSession, person: Person, now: datetime, cursor: str | None, limit: int) -> Messages:
    """What this person has been told so far. Raises BadCursor."""
    values = {**after(cursor), "me": person.id, "now": now, "most": limit + 1}
    rows = [MessageOut(**row) for row in (await session.execute(_MINE, values)).mappings()]
    items, following = cut(rows, limit, lambda one: (one.at.isoformat(), str(one.id)))
    unread = (await session.execute(_UNREAD, {"me": person.id, "now": now})).scalar_one()
    return Messages(list(items), following, unread)


async def mark_read(session: AsyncSession, person: Person, ids: list[UUID], now: datetime) -> None:
    """Mark the caller's own messages as read; others are left alone."""
    await session.execute(_READ, {"me": person.id, "ids": ids, "now": now})
