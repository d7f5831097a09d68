"""Saying that a case does not belong into a figure of one's own, and the answer to it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.lifecycle import ReasonRequired
from backend.core.auth import Person
from backend.core.clock import uuid7
from backend.core.errors import DomainError, NotFound
from backend.core.paging import after, cut
from backend.core.roles import LEADER_ROLES, Role
from backend.statistics.catalogue import indicator as indicator_of
from backend.statistics.counting import within
from backend.statistics.definition import Indicator
from backend.statistics.dimensions import DIMENSIONS, Dimension
from backend.statistics.periods import Period
from backend.statistics.schemas import Contest, ContestAnswer, ContestIn, Contests
from backend.statistics.scope import Scope, squads_led
from backend.territory.district import district_facts

ANSWERING = frozenset({Role.SHIFT_LEADER, Role.SUPERINTENDENT}) | LEADER_ROLES
"""Who answers: neither the squads nor those whose filing and dispatching is counted."""


class NotYourFigure(DomainError):
    """This case is in no such figure of yours, nor of a squad that you lead."""

    status, code = 403, "not_your_figure"


class Answered(DomainError):
    """This has been answered already."""

    status, code = 422, "answered"


_SELECT = """select t.id, t.case_id, c.number, t.indicator, t.period, p.name as person, t.reason, t.at, t.state,
  t.answer, t.answered_at
  from figure_contest t join cases c on c.id = t.case_id left join person p on p.id = t.person_id"""
_INSERT = text(
    "insert into figure_contest (id, case_id, indicator, period, person_id, reason, at, state, answer)"
    " values (:id, :case, :indicator, :period, :person, :reason, :now, 'open', '') on conflict do nothing"
)
_OWN = text(
    f"{_SELECT} where t.person_id = :person and t.case_id = :case and t.indicator = :indicator and t.period = :period"
)
_PAGE = """and (cast(:after_at as timestamptz) is null or (t.at, t.id) > (:after_at, cast(:after_id as uuid)))
  order by t.at, t.id limit :most"""
_OPEN = text(f"{_SELECT} where t.state = 'open' {_PAGE}")
_MINE = text(f"{_SELECT} where t.person_id = :person {_PAGE}")
_ANSWER = text(
    "update figure_contest set state = :state, answer = :answer, answered_by = :person, answered_at = :now"
    " where id = :id and state = 'open' returning id"
)
_ONE = text(f"{_SELECT} where t.id = :id")


async def contest(session: AsyncSession, person: Person, said: ContestIn, now: datetime) -> Contest:
    """Note what `person` says; saying it again changes nothing. Raises NotYourFigure, ReasonRequired, BadPeriod,
    UnknownIndicator."""
    if not said.reason.strip():
        raise ReasonRequired()
    chosen, period = indicator_of(said.indicator), Period.parse(said.period)
    if not await _is_own(session, person, chosen, period, said.case_id, now):
        raise NotYourFigure()
    key = {"person": person.id, "case": said.case_id, "indicator": chosen.name, "period": period.text}
    await session.execute(_INSERT, {**key, "id": uuid7(), "reason": said.reason.strip(), "now": now})
    return Contest(**(await session.execute(_OWN, key)).mappings().one())


async def contests(session: AsyncSession, person: Person, now: datetime, cursor: str | None, limit: int) -> Contests:
    """Those that wait for an answer, for whoever answers; of everybody else his own, answered or not."""
    answers = bool(person.roles & ANSWERING)
    values = {**after(cursor), "most": limit + 1, "person": person.id}
    rows = (await session.execute(_OPEN if answers else _MINE, values)).mappings()
    page, following = cut([Contest(**row) for row in rows], limit, lambda one: (one.at.isoformat(), str(one.id)))
    return Contests(items=list(page), next=following, now=now)


async def answer(
    session: AsyncSession, person: Person, contest_id: UUID, said: ContestAnswer, now: datetime
) -> Contest:
    """Answer one, once. Raises NotFound, Answered, ReasonRequired."""
    if not said.answer.strip():
        raise ReasonRequired()
    values = {
        "id": contest_id, "state": "upheld" if said.upheld else "dismissed", "answer": said.answer.strip(),
        "person": person.id, "now": now,
    }  # fmt: skip
    done = (await session.execute(_ANSWER, values)).one_or_none()
    row = (await session.execute(_ONE, {"id": contest_id})).mappings().one_or_none()
    if row is None:
        raise NotFound()
    if done is None:
        raise Answered()
    return Contest(**row)


async def _is_own(
    session: AsyncSession, person: Person, indicator: Indicator, period: Period, case_id: UUID, now: datetime
) -> bool:
    """Whether the case is in a part of this figure of the person's own, or of a squad that he leads."""
    zone = (await district_facts(session)).zone
    span = period.span(zone, now)
    counted = " or ".join(f"({part})" for part in (indicator.parts.numerator, indicator.parts.denominator) if part)
    for by, scope in _own_scopes(person):
        statement = text(
            f"""select exists (select from ({indicator.population.sql}) f
                where f.case_id = :case and {within("")} and ({counted}) {scope.clause(by)})"""
        )
        values = {**scope.values, "case": case_id, "start_": span.start, "end_": span.end}
        if (await session.execute(statement, values)).scalar_one():
            return True
    return False


def _own_scopes(person: Person) -> Iterator[tuple[Dimension, Scope]]:
    yield DIMENSIONS["reporter"], Scope(person=person.id)
    yield DIMENSIONS["responder"], Scope(person=person.id)
    led = squads_led(person)
    if led:
        yield DIMENSIONS["squad"], Scope(squads=led)
