"""Filing (立案): class, condition and limit are frozen, the case gets its number and goes to its squad at once."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import SELF_HANDLED
from backend.cases.clocks import follow
from backend.cases.history import Actor, record
from backend.cases.lifecycle import State
from backend.cases.models import Case
from backend.cases.recurrence import earlier_case
from backend.catalogue.process import process
from backend.catalogue.service import ConditionChoice, find_condition
from backend.core.errors import DomainError
from backend.core.geo import GeoPoint
from backend.territory.district import district_facts
from backend.territory.route import route

# With one of these an inspector's report waits for the operator, too (contract.md, "Routing").
NEEDS_OPERATOR = frozenset(
    {"no_place", "outside_grid", "no_category", "unknown_category", "condition_undecided", "unknown_condition"}
)


class ClassRequired(DomainError):
    """A case is filed with a class of the catalogue."""

    status, code = 422, "class_required"


class ConditionRequired(DomainError):
    """A case is filed with one of the filing conditions of its class."""

    status, code = 422, "condition_required"


async def file_case(
    session: AsyncSession,
    case: Case,
    actor: Actor,
    at: datetime,
    *,
    class_code: str | None,
    condition_code: str | None,
    place: GeoPoint | None = None,
    note: str = "",
    move_id: UUID | None = None,
) -> None:
    """File `case` (locked by the caller) and dispatch it to the squad that routing names; both go into history.

    Another class or place than the report's routes again, and both reasons stay. `condition_code` None is the
    class's default. The clock is that of the condition and starts now. Raises ClassRequired, ConditionRequired.
    """
    choice = await find_condition(session, at, class_code, condition_code)
    if choice.category is None:
        raise ClassRequired(category=class_code)
    if choice.condition is None or "unknown_condition" in choice.flags:
        raise ConditionRequired(category=class_code, condition=condition_code)
    district = await district_facts(session)
    day = district.local_day(at)
    data: dict[str, object] = {
        "category": choice.category.code,
        "condition": choice.condition.code,
        "version": choice.version,
    }
    if place is not None or class_code != case.class_code or case.squad_code is None:
        data |= await _route_again(session, case, class_code, place, day)
    case.class_code = choice.category.code
    case.condition_code = choice.condition.code
    case.catalogue_version = choice.version
    settled = NEEDS_OPERATOR - {"no_place", "outside_grid"} | {SELF_HANDLED}
    case.flags = [flag for flag in case.flags if flag not in settled]
    case.limit_amount = choice.condition.limit.amount
    case.limit_unit = choice.condition.limit.unit
    await session.flush()
    case.recurrence_of = await earlier_case(session, case, (await process(session, day)).rules, at)
    case.number = case.number or await next_number(session, day)
    case.filed_at = at
    await record(
        session, case.id, at, "file", case.state, "filed", actor,
        squad_code=case.squad_code, note=note, move_id=move_id, data={**data, "number": case.number, **_again(case)},
    )  # fmt: skip
    case.state = State.DISPATCHED
    await follow(session, case, at)
    assert case.due_at is not None
    await record(
        session, case.id, at, "dispatch", "filed", State.DISPATCHED, actor,
        squad_code=case.squad_code, move_id=move_id,
        data={"squad": case.squad_code, "due_at": case.due_at.isoformat(), "why": case.why},
    )  # fmt: skip


def _again(case: Case) -> dict[str, object]:
    return {"recurrence_of": str(case.recurrence_of)} if case.recurrence_of else {}


async def _route_again(
    session: AsyncSession, case: Case, class_code: str | None, place: GeoPoint | None, day: date
) -> dict[str, object]:
    point = place or (GeoPoint.model_validate(case.place) if case.place is not None else None)
    found = await route(session, point, class_code, day)
    before = {"squad": case.squad_code, "why": case.why}
    if place is not None:
        case.place = place.ewkt()
        case.place_source = "operator"
        case.accuracy_m = None
    case.cell_code, case.community_code, case.street_code = found.cell, found.community_code, found.street_code
    case.squad_code = found.squad_code
    case.flags = found.flags
    case.why = [*found.why]
    return {"before": before, "why": found.why, "moved": place is not None}


async def next_number(session: AsyncSession, day: date) -> str:
    """The next case number of a local day: yyyymmdd-nnnnn. Two filings never get the same one."""
    statement = text(
        "insert into case_counter (day, last) values (:day, 1)"
        " on conflict (day) do update set last = case_counter.last + 1 returning last"
    )
    last = (await session.execute(statement, {"day": day})).scalar_one()
    return f"{day:%Y%m%d}-{last:05d}"


async def file_when_clear(session: AsyncSession, case: Case, actor: Actor, at: datetime) -> bool:
    """File an inspector's complete report at once unless something in it needs the operator (domain.md §1.5).

    Returns whether it was filed; what hinders it is kept among the case's flags.
    """
    choice: ConditionChoice = await find_condition(session, at, case.class_code, case.condition_code)
    hindering = [flag for flag in [*case.flags, *choice.flags] if flag in NEEDS_OPERATOR]
    if hindering:
        case.flags = list(dict.fromkeys([*case.flags, *hindering]))
        return False
    await file_case(session, case, actor, at, class_code=case.class_code, condition_code=case.condition_code)
    return True
