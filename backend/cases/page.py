"""The page of one case: card, why, photos, history and what the caller may do now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import Standing, names_of, offers, standing_of
from backend.cases.cards import CARD_COLUMNS, CARD_JOINS, card, named
from backend.cases.hearing import heard
from backend.cases.models import Case
from backend.cases.schemas import AssignedTo, Blocked, CaseOut, ClockOut, Earlier, HistoryRow, Who
from backend.core.auth import Caller
from backend.core.errors import NotFound
from backend.core.roles import DESK_ROLES, Role
from backend.photos.links import Links
from backend.photos.queries import media_of
from backend.photos.schemas import Media

_PAGE = text(
    f"""select {CARD_COLUMNS}, c.why, c.description, c.refuse_reason, c.refuse_responsible, c.request, c.first_due_at,
      c.extensions, c.returns, c.recurrence_of, e.number as earlier_number, c.reopened, c.forced, c.appealed,
      c.assigned_to, a.name as assigned_name, f.closing, k.requirement
    from cases c {CARD_JOINS} left join person a on a.id = c.assigned_to
    left join cases e on e.id = c.recurrence_of where c.id = :id"""
)
_HISTORY = text(
    """
    select h.at, h.action, h.from_state, h.to_state, h.actor_role, h.squad_code, q.name as squad_name,
      p.name as person_name, h.note, h.reason, h.data, h.move_id
    from case_history h
    left join squad q on q.code = h.squad_code
    left join person p on p.id = h.actor_person
    where h.case_id = :id and (:desk or h.action <> 'second_look') order by h.id
    """
)
_CLOCKS = text(
    "select k.*, q.name as squad_name from case_clock k left join squad q on q.code = k.squad_code"
    " where k.case_id = :id order by k.id"
)
PHOTO_KINDS = {
    "respond": "after",
    "check_pass": "check",
    "check_fail": "check",
    "check_cannot_find": "check",
    "verify_true": "check",
    "verify_false": "check",
}


async def get_case(session: AsyncSession, case_id: UUID) -> Case:
    """The case. Raises NotFound."""
    case = await session.get(Case, case_id)
    if case is None:
        raise NotFound()
    return case


async def show(session: AsyncSession, caller: Caller, case_id: UUID, links: Links, now: datetime) -> CaseOut:
    """The case as the caller may see it. Raises NotFound for those to whom it does not exist."""
    case = await get_case(session, case_id)
    stand = await standing_of(session, caller, case)
    if not stand.can_see:
        raise NotFound()
    row: dict[str, Any] = dict((await session.execute(_PAGE, {"id": case_id, "now": now})).mappings().one())
    before = await report_photos(session, case_id, links)
    history = await history_of(session, case_id, links, stand)
    can, blocked = offers(case, stand)
    blind = stand.task.blind
    if blind:
        row["task_blind"] = True
        history = _before_the_check(history)
    staff = bool(stand.roles - {Role.REPORTER})
    return CaseOut(
        **asdict(card(row, links, now)),
        why=row["why"],
        description=row["description"],
        closing=row["closing"],
        requirement=row["requirement"],
        refuse_reason=row["refuse_reason"],
        refuse_responsible=row["refuse_responsible"],
        request=row["request"] if staff else None,
        recurrence_of=Earlier(row["recurrence_of"], row["earlier_number"]) if row["recurrence_of"] and staff else None,
        first_due_at=row["first_due_at"],
        extensions=row["extensions"],
        returns=row["returns"],
        reopened=row["reopened"],
        forced=row["forced"],
        appealed=row["appealed"],
        assigned_to=AssignedTo(row["assigned_to"], row["assigned_name"]) if row["assigned_to"] and staff else None,
        clocks=await clocks_of(session, case_id) if staff and not blind else [],
        photos=before,
        voices=await heard(session, case_id, stand, links),
        history=history,
        actions=names_of(can),
        blocked=[Blocked(action=action, code=code) for action, code in blocked],
    )


def _before_the_check(history: list[HistoryRow]) -> list[HistoryRow]:
    """The history as it was when the squad had answered: a second look must not know the first."""
    answered = max((nth for nth, row in enumerate(history) if row.action == "respond"), default=len(history) - 1)
    return history[: answered + 1]


async def clocks_of(session: AsyncSession, case_id: UUID) -> list[ClockOut]:
    """Every run of every clock of a case, in the order in which they started; `used_s` of a running one is what ran
    before it last started."""
    rows = (await session.execute(_CLOCKS, {"id": case_id})).mappings()
    return [
        ClockOut(
            stage=row["stage"],
            squad=named(row["squad_code"], row["squad_name"]),
            limit_amount=row["limit_amount"],
            unit=row["limit_unit"],
            used_s=row["used_s"],
            allowed_s=row["allowed_s"],
            started_at=row["started_at"],
            first_due_at=row["first_due_at"],
            due_at=row["due_at"],
            stopped_at=row["stopped_at"],
            running=row["running_since"] is not None,
        )
        for row in rows
    ]


async def report_photos(session: AsyncSession, case_id: UUID, links: Links) -> list[Media]:
    """The photos of all reports of a case, in the order taken."""
    statement = text("select report_id from case_report where case_id = :id order by report_id")
    ids = list((await session.execute(statement, {"id": case_id})).scalars())
    found = await media_of(session, ids, links, "before")
    return [photo for report_id in ids for photo in found.get(report_id, [])]


async def history_of(session: AsyncSession, case_id: UUID, links: Links, stand: Standing) -> list[HistoryRow]:
    """The history as this caller may read it: a reporter's name is for nobody, a colleague's for colleagues."""
    values = {"id": case_id, "desk": bool(stand.roles & DESK_ROLES)}
    rows = list((await session.execute(_HISTORY, values)).mappings())
    moves = [row["move_id"] for row in rows if row["move_id"] is not None]
    photos = await media_of(session, moves, links, "extra")
    shown: set[UUID] = set()
    history = []
    for row in rows:
        move_id = row["move_id"]
        own = photos.get(move_id, []) if move_id is not None and move_id not in shown else []
        shown |= {move_id} if move_id is not None else set()
        kind = PHOTO_KINDS.get(row["action"], "extra")
        history.append(
            HistoryRow(
                at=row["at"],
                action=row["action"],
                from_state=row["from_state"],
                to_state=row["to_state"],
                who=_who(row, stand),
                note=row["note"],
                reason=row["reason"],
                data=_visible(row["data"], stand),
                photos=[photo.model_copy(update={"kind": kind}) for photo in own],
            )
        )
    return history


def _who(row: Any, stand: Standing) -> Who:
    is_reporter = row["actor_role"] == Role.REPORTER or row["action"] == "submit"
    desk = bool(stand.roles & DESK_ROLES)
    staff = stand.person is not None and bool(stand.roles - {Role.REPORTER})
    name = row["person_name"] if (desk and row["actor_role"] != Role.REPORTER) or (staff and not is_reporter) else None
    return Who(role=row["actor_role"], name=name, squad=named(row["squad_code"], row["squad_name"]))


def _visible(data: dict[str, Any], stand: Standing) -> dict[str, Any]:
    """Ids of reports stay at the desk: they lead to who sent them."""
    return data if stand.roles & DESK_ROLES else {key: value for key, value in data.items() if key != "report_id"}
