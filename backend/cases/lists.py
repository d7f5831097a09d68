"""The desk's and the inspector's lists, by cursor."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import SELF_HANDLED
from backend.cases.cards import card_query, fetch_cards
from backend.cases.schemas import CasePage, Inbox
from backend.core.auth import Person
from backend.core.paging import BadCursor, cut, decode_cursor
from backend.photos.links import Links

RECEIVING_PATIENCE = timedelta(hours=24)

_AFTER = "(cast(:after_at as timestamptz) is null or ({column}, c.id) > (:after_at, cast(:after_id as uuid)))"

_INBOX = card_query(
    f"""((c.state = 'submitted' and not '{SELF_HANDLED}' = any(c.flags) and exists (
            select from case_report l join report r on r.id = l.report_id
            where l.case_id = c.id and (r.state = 'complete' or r.received_at < :patience)))
         or (c.state = 'responded' and 'check_cannot_find' = any(c.flags))
         or (c.state = 'closed' and 'not_solved' = any(c.flags)))
        and {_AFTER.format(column="c.submitted_at")}""",
    "c.submitted_at, c.id",
)
_CHECKS = card_query(
    f"""c.state = 'responded' and c.responded_by is distinct from :me and not c.responded_squad = any(:squads)
        and not 'check_cannot_find' = any(c.flags) and {_AFTER.format(column="c.responded_at")}""",
    "c.responded_at, c.id",
)
_DECISIONS = card_query(
    f"(c.state = 'dispatching' or c.pending is not null) and {_AFTER.format(column='c.updated_at')}",
    "c.updated_at, c.id",
)
_ALL = """(cast(:state as text) is null or c.state = :state)
       and (cast(:after_at as timestamptz) is null or (c.submitted_at, c.id) < (:after_at, cast(:after_id as uuid)))"""
_NEWEST = "c.submitted_at desc, c.id desc"
_CASES = card_query(_ALL, _NEWEST)
_FLAGGED = card_query(f"{_ALL} and :flag = any(c.flags)", _NEWEST)
# Written out, so that its index serves it: the one flag that the desk asks for among all the cases there ever were.
_SELF_HANDLED = card_query(f"{_ALL} and '{SELF_HANDLED}' = any(c.flags)", _NEWEST)


async def inbox(session: AsyncSession, links: Links, now: datetime, cursor: str | None, limit: int) -> Inbox:
    """What waits for the operator, oldest first: complete reports, those that stopped arriving a day ago, checks that
    found nothing, and closed cases of which the reporter says that they are not solved."""
    values = {**after(cursor), "most": limit + 1, "patience": now - RECEIVING_PATIENCE}
    cards = await fetch_cards(session, _INBOX, values, links, now)
    held = (await session.execute(text("select count(*) from report where state = 'held'"))).scalar_one()
    items, following = cut(cards, limit, lambda c: (c.submitted_at.isoformat(), str(c.id)))
    return Inbox(items=list(items), next=following, now=now, held_count=held)


async def checks(
    session: AsyncSession, person: Person, links: Links, now: datetime, cursor: str | None, limit: int
) -> CasePage:
    """Answered cases that this inspector may check: neither responded to by him nor by a squad of his."""
    values = {**after(cursor), "most": limit + 1, "me": person.id, "squads": sorted(person.squads)}
    cards = await fetch_cards(session, _CHECKS, values, links, now)
    items, following = cut(cards, limit, lambda c: (_iso(c.responded_at), str(c.id)))
    return CasePage(items=list(items), next=following, now=now)


async def decisions(session: AsyncSession, links: Links, now: datetime, cursor: str | None, limit: int) -> CasePage:
    """What waits for a dispatcher or a shift leader: returned cases, and requests of squads."""
    cards = await fetch_cards(session, _DECISIONS, {**after(cursor), "most": limit + 1}, links, now)
    items, following = cut(cards, limit, lambda c: (c.updated_at.isoformat(), str(c.id)))
    return CasePage(items=list(items), next=following, now=now)


async def all_cases(
    session: AsyncSession,
    links: Links,
    now: datetime,
    state: str | None,
    flag: str | None,
    cursor: str | None,
    limit: int,
) -> CasePage:
    """Every case, newest first, for the desk: all, or those in a state, or with a flag."""
    query = _CASES if flag is None else _SELF_HANDLED if flag == SELF_HANDLED else _FLAGGED
    values = {**after(cursor), "most": limit + 1, "state": state, **({"flag": flag} if query is _FLAGGED else {})}
    cards = await fetch_cards(session, query, values, links, now)
    items, following = cut(cards, limit, lambda c: (c.submitted_at.isoformat(), str(c.id)))
    return CasePage(items=list(items), next=following, now=now)


def after(cursor: str | None) -> dict[str, object]:
    """The parameters `after_at` and `after_id` of a (time, id) cursor. Raises BadCursor."""
    key = decode_cursor(cursor, 2)
    if key is None:
        return {"after_at": None, "after_id": None}
    try:
        return {"after_at": datetime.fromisoformat(key[0] or ""), "after_id": UUID(key[1] or "")}
    except ValueError as error:
        raise BadCursor() from error


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
