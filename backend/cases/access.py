"""Who stands how to a case, and so what they may see and do. Rows, not only roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.lifecycle import (
    CHECKERS,
    INSPECTOR,
    MOVES,
    Action,
    IllegalMove,
    Move,
    NothingPending,
    State,
    WrongRole,
    actions_for,
    next_move,
)
from backend.cases.models import Case
from backend.core.auth import Caller, Device, Person
from backend.core.errors import DomainError, NotFound, SignIn
from backend.core.roles import DESK_ROLES, SQUAD_ROLES, Role

SELF_HANDLED = "self_handled"
"""The flag of a trifle that its finder handled on the spot: in nobody's list of work, counted apart."""
SQUAD_ACTIONS = frozenset(action for (_, action), move in MOVES.items() if move.roles <= SQUAD_ROLES)
VERIFICATIONS = frozenset({Action.VERIFY_TRUE, Action.VERIFY_FALSE})
CHECKS = frozenset({Action.CHECK_PASS, Action.CHECK_FAIL, Action.CHECK_CANNOT_FIND})


class FixerCannotJudge(DomainError):
    """Whoever fixed it, and whoever is of that squad, does not check it."""

    status, code = 403, "fixer_cannot_judge"


class OtherSquad(DomainError):
    """The case is another squad's."""

    status, code = 403, "other_squad"


class NoAppeal(DomainError):
    """Only a case that was closed late can be appealed, and only once."""

    status, code = 422, "no_appeal"


class NotYourTask(DomainError):
    """Somebody else was drawn for this, or it is judged by its photos at the desk."""

    status, code = 403, "not_your_task"


@dataclass(frozen=True)
class TaskStanding:
    """The case's open task as the caller has it. `drawn`: there is one; `mine`: it fell on him, or on nobody;
    `blind`: his is a second look at a closed case; `by_photo`: it is the desk's."""

    drawn: bool = False
    mine: bool = True
    blind: bool = False
    by_photo: bool = False


@dataclass(frozen=True)
class Standing:
    """How a caller stands to one case. `roles` are those that count for it; `can_see` whether it exists for him."""

    person: Person | None
    device: Device | None
    roles: frozenset[Role]
    can_see: bool
    task: TaskStanding = TaskStanding()


async def standing_of(session: AsyncSession, caller: Caller, case: Case) -> Standing:
    """How the caller of a request stands to `case`: desk, its squad, inspector, or reporter by device or person."""
    person, device = await caller.person(), await caller.device()
    if person is None and device is None:
        raise SignIn()
    reporter = await is_reporter(session, case.id, person, device)
    return standing(case, person, device, reporter, await task_standing(session, case, person))


async def task_standing(session: AsyncSession, case: Case, person: Person | None) -> TaskStanding:
    """How the open task of `case` concerns `person`; looked up only for who could check."""
    if person is None or not person.roles & CHECKERS:
        return TaskStanding()
    statement = text("select person_id, blind, mode from case_task where case_id = :case and state = 'open'")
    row = (await session.execute(statement, {"case": case.id})).one_or_none()
    if row is None:
        return TaskStanding()
    mine = row.person_id in (None, person.id)
    return TaskStanding(True, mine, row.blind and row.person_id == person.id, row.mode == "by_photo")


def standing(
    case: Case,
    person: Person | None,
    device: Device | None,
    reporter: bool,
    task: TaskStanding = TaskStanding(),
) -> Standing:
    """The rule itself. Until a case is filed, only the desk, its reporters and who verifies it see it (contract.md)."""
    held = person.roles if person else frozenset()
    filed = case.filed_at is not None
    roles: set[Role] = set(held & DESK_ROLES)
    if person and filed and case.squad_code in person.squads:
        roles |= held & SQUAD_ROLES
    if (filed or case.state == State.VERIFYING) and Role.INSPECTOR in held:
        roles.add(Role.INSPECTOR)
    if reporter:
        roles.add(Role.REPORTER)
    return Standing(person, device, frozenset(roles), bool(roles), task)


async def is_reporter(session: AsyncSession, case_id: UUID, person: Person | None, device: Device | None) -> bool:
    """Whether this person or, for reports without a person, this device made a report of the case. Whoever took it in
    at the desk did not."""
    statement = text(
        """
        select exists (
          select from case_report l join report r on r.id = l.report_id
          where l.case_id = :case and (r.captured_by = :person or (r.captured_by is null and r.device_id = :device))
            and not exists (select from case_origin o where o.report_id = r.id))
        """
    )
    values = {"case": case_id, "person": person.id if person else None, "device": device.id if device else None}
    return bool((await session.execute(statement, values)).scalar_one())


def allowed_move(case: Case, stand: Standing, action: Action) -> Move:
    """The move that `action` makes for this caller on this case.

    Raises NotFound (it does not exist for him), WrongRole, OtherSquad, FixerCannotJudge, IllegalMove.
    """
    if not stand.can_see:
        if stand.person and stand.person.roles & SQUAD_ROLES and case.filed_at is not None:
            raise OtherSquad()
        raise NotFound()
    try:
        move = next_move(State(case.state), action, stand.roles, case.pending)
    except WrongRole:
        person = stand.person
        if person and person.roles & SQUAD_ROLES and action in SQUAD_ACTIONS and case.squad_code not in person.squads:
            raise OtherSquad() from None
        raise
    if action in (Action.SOLVED, Action.NOT_SOLVED) and SELF_HANDLED in case.flags:
        raise IllegalMove("Whoever handled it himself is not asked whether it is solved.", action=action)
    if action is Action.APPEAL:
        check_appeal(case)
    if action in CHECKS | VERIFICATIONS and stand.person is not None:
        check_judge(case, stand.person)
        check_task(case, stand)
    return move


def check_judge(case: Case, person: Person) -> None:
    """Raise FixerCannotJudge for the responder and for everybody of the squad that responded."""
    if case.responded_by == person.id or case.responded_squad in person.squads or case.squad_code in person.squads:
        raise FixerCannotJudge()


def check_task(case: Case, stand: Standing) -> None:
    """Raise unless the task is this caller's: NotYourTask; IllegalMove for a closed case without a second look."""
    if case.state == State.CLOSED and not stand.task.blind:
        raise IllegalMove(state=case.state)
    desk = not stand.roles & INSPECTOR
    if case.state == State.VERIFYING:
        desk = False
    if stand.task.drawn and (not stand.task.mine or stand.task.by_photo is not desk):
        raise NotYourTask()
    if not stand.task.drawn and desk:
        raise NotYourTask()


def check_appeal(case: Case) -> None:
    """Raise NoAppeal unless the case closed late and nobody has appealed yet (domain.md §1.7)."""
    if case.on_time is not False or case.appealed is not None or SELF_HANDLED in case.flags:
        raise NoAppeal()


def offers(case: Case, stand: Standing) -> tuple[list[Action], list[tuple[Action, str]]]:
    """What the caller may do now, and what his role does but not on this case, with the code of the reason."""
    can: list[Action] = []
    blocked: list[tuple[Action, str]] = []
    for action in actions_for(State(case.state), stand.roles):
        try:
            allowed_move(case, stand, action)
        except NothingPending:
            continue  # there is nothing to answer: not worth a word
        except (IllegalMove, NotYourTask) as error:
            if action in CHECKS | VERIFICATIONS and (isinstance(error, IllegalMove) or not stand.roles & INSPECTOR):
                continue
            blocked.append((action, error.code))
        except DomainError as error:
            blocked.append((action, error.code))
        else:
            can.append(action)
    return can, blocked


def names_of(actions: Iterable[Action]) -> list[str]:
    return [str(action) for action in actions]
