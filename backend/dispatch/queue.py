"""A squad's queue: what it has to do, by due time."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.cards import card_query, fetch_cards
from backend.cases.schemas import CasePage
from backend.core.auth import Person
from backend.core.paging import after, cut
from backend.photos.links import Links

# A walk along the index for each squad: one walk for several squads would have to sort all that wait for them.
_QUEUE = card_query(
    "true",
    "c.due_at, c.id",
    """unnest(cast(:squads as text[])) as mine (code) cross join lateral (
         select * from cases
         where squad_code = mine.code and state in ('dispatched', 'accepted', 'in_progress')
           and (cast(:after_at as timestamptz) is null or (due_at, id) > (:after_at, cast(:after_id as uuid)))
         order by due_at, id limit :most) c""",
)


async def queue(
    session: AsyncSession, person: Person, links: Links, now: datetime, cursor: str | None, limit: int
) -> CasePage:
    """The open cases of this person's squads, the earliest due first. One statement."""
    values = {**after(cursor), "most": limit + 1, "squads": sorted(person.squads)}
    cards = await fetch_cards(session, _QUEUE, values, links, now)
    items, following = cut(cards, limit, lambda c: (c.due_at.isoformat() if c.due_at else None, str(c.id)))
    return CasePage(items=list(items), next=following, now=now)
