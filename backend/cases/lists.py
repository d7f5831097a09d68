"""The desk's and the inspector's lists, by cursor."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import SELF_HANDLED
from backend.cases.cards import TASK_COLUMNS, card_query, fetch_cards
from backend.cases.schemas import CasePage, Inbox
from backend.core.auth import Person
from backend.core.paging import after, cut
from backend.core.roles import Role
from backend.photos.links import Links

RECEIVING_PATIENCE = timedelta(hours=24)

_AFTER = "(cast(:after_at as timestamptz) is null or ({column}, c.id) > (:after_at, cast(:after_id as uuid)))"

_INBOX = card_query(
    f"""((c.state = 'submitted' and not '{SELF_HANDLED}' = any(c.flags) and exists (
            select from case_report l join report r on r.id = l.report_id
            where l.case_id = c.id and (r.state = 'complete' or r.received_at < :patience)))
         or (c.state = 'responded' and 'check_cannot_find' = any(c.flags))
         or (c.state = 'closed' and 'not_solved' = any(c.flags))
         or (c.state = 'closed' and 'second_look_disagrees' = any(c.flags)))
        and {_AFTER.format(column="c.submitted_at")}""",
    "c.submitted_at, c.id",
)
# Three looks, each along an index: what fell on me, what fell on nobody, and answers from before there were tasks.
_MY_TASKS = """
(
  select c.*, t.id as task_id, t.kind as task_kind, t.mode as task_mode, t.due_at as task_due_at, t.blind as task_blind,
    t.drawn_at as task_drawn_at
  from case_task t join cases c on c.id = t.case_id
  where t.state = 'open' and t.mode = 'on_the_spot' and (t.person_id = :me or t.person_id is null)
  union all
  select c.*, null, 'check_after_disposal', 'on_the_spot', null, false, c.responded_at
  from cases c
  where c.state = 'responded' and not exists (select from case_task t where t.case_id = c.id and t.state = 'open')
    and not 'check_cannot_find' = any(c.flags)
) c
"""
_DESK_TASKS = """
(
  select c.*, t.id as task_id, t.kind as task_kind, t.mode as task_mode, t.due_at as task_due_at, t.blind as task_blind,
    t.drawn_at as task_drawn_at
  from case_task t join cases c on c.id = t.case_id where t.state = 'open' and t.mode = 'by_photo'
) c
"""
_NOT_MINE = "c.responded_by is distinct from :me and not coalesce(c.responded_squad = any(:squads), false)"
_CHECKS, _DESK_CHECKS = (
    card_query(
        f"{_NOT_MINE} and {_AFTER.format(column='c.task_drawn_at')}", "c.task_drawn_at, c.id", source, TASK_COLUMNS
    )
    for source in (_MY_TASKS, _DESK_TASKS)
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
    found nothing, and closed cases of which the reporter, or a second look, says that they are not solved."""
    values = {**after(cursor), "most": limit + 1, "patience": now - RECEIVING_PATIENCE}
    cards = await fetch_cards(session, _INBOX, values, links, now)
    held = (await session.execute(text("select count(*) from report where state = 'held'"))).scalar_one()
    items, following = cut(cards, limit, lambda c: (c.submitted_at.isoformat(), str(c.id)))
    return Inbox(items=list(items), next=following, now=now, held_count=held)


async def checks(
    session: AsyncSession, person: Person, links: Links, now: datetime, cursor: str | None, limit: int
) -> CasePage:
    """What this inspector has to verify or check, the longest waiting first; at the desk, what is judged by photos.

    Nobody sees what he, or a squad of his, has answered."""
    values = {**after(cursor), "most": limit + 1, "me": person.id, "squads": sorted(person.squads)}
    query = _CHECKS if Role.INSPECTOR in person.roles else _DESK_CHECKS
    cards = await fetch_cards(session, query, values, links, now)
    items, following = cut(cards, limit, lambda c: (_iso(c.task.drawn_at if c.task else None), str(c.id)))
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


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
