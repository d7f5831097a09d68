"""The life of a case as one table of moves. Plain Python: no framework, no database.

States and actions are those of domain.md §1.5 as far as the loop needs them. Filing dispatches at once, so `file`
leads to `dispatched`; the history shows both steps.
"""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.errors import DomainError
from backend.core.roles import DESK_ROLES, SQUAD_ROLES, Role


class State(StrEnum):
    SUBMITTED = "submitted"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    RESPONDED = "responded"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    FILE = "file"
    REFUSE = "refuse"
    ACCEPT = "accept"
    RESPOND = "respond"
    CHECK_PASS = "check_pass"
    CHECK_FAIL = "check_fail"
    CHECK_CANNOT_FIND = "check_cannot_find"
    CLARIFY = "clarify"
    NOTE = "note"
    AMEND = "amend"
    ADD_PHOTO = "add_photo"
    WITHDRAW = "withdraw"
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SELF_HANDLE = "self_handle"


@dataclass(frozen=True)
class Move:
    """Where an action leads, who may do it, and what it must bring.

    `any_rev` moves add something and change no decision, so a stale `base_rev` does not hinder them.
    """

    to: State
    roles: frozenset[Role]
    reason: bool = False
    photo: bool = False
    any_rev: bool = False


class IllegalMove(DomainError):
    """The case is not in a state that allows this."""

    status, code = 422, "illegal_move"


class WrongRole(DomainError):
    """Your role may not do this to this case."""

    status, code = 403, "wrong_role"


class ReasonRequired(DomainError):
    """A reason is needed: the people concerned will read it."""

    status, code = 422, "reason_required"


class PhotoRequired(DomainError):
    """A photo is needed."""

    status, code = 422, "photo_required"


INSPECTOR = frozenset({Role.INSPECTOR})
FIELD = frozenset({Role.INSPECTOR}) | SQUAD_ROLES
REPORTER = frozenset({Role.REPORTER})
EVERYBODY = frozenset(Role)

OPEN = (State.SUBMITTED, State.DISPATCHED, State.ACCEPTED, State.RESPONDED)

MOVES: dict[tuple[State, Action], Move] = {
    (State.SUBMITTED, Action.FILE): Move(State.DISPATCHED, DESK_ROLES),
    (State.SUBMITTED, Action.REFUSE): Move(State.REFUSED, DESK_ROLES, reason=True),
    (State.SUBMITTED, Action.AMEND): Move(State.SUBMITTED, REPORTER),
    # A trifle that its finder put right on the spot; made by the report itself when its photos are here, never asked
    # for: whoever reported an unfiled case stands to it as its reporter.
    (State.SUBMITTED, Action.SELF_HANDLE): Move(State.CLOSED, FIELD, photo=True),
    (State.SUBMITTED, Action.WITHDRAW): Move(State.WITHDRAWN, REPORTER),
    (State.DISPATCHED, Action.ACCEPT): Move(State.ACCEPTED, SQUAD_ROLES),
    # A squad that fixes it on the spot need not tap "accept" first; the history shows that it did not.
    (State.DISPATCHED, Action.RESPOND): Move(State.RESPONDED, SQUAD_ROLES, photo=True),
    (State.ACCEPTED, Action.RESPOND): Move(State.RESPONDED, SQUAD_ROLES, photo=True),
    (State.RESPONDED, Action.CHECK_PASS): Move(State.CLOSED, INSPECTOR),
    (State.RESPONDED, Action.CHECK_FAIL): Move(State.DISPATCHED, INSPECTOR, reason=True),
    (State.RESPONDED, Action.CHECK_CANNOT_FIND): Move(State.RESPONDED, INSPECTOR, reason=True),
    (State.RESPONDED, Action.CLARIFY): Move(State.RESPONDED, DESK_ROLES),
    # The operator has read that a reporter calls it unsolved; reopening comes with the full lifecycle.
    (State.CLOSED, Action.CLARIFY): Move(State.CLOSED, DESK_ROLES),
    (State.CLOSED, Action.SOLVED): Move(State.CLOSED, REPORTER, any_rev=True),
    (State.CLOSED, Action.NOT_SOLVED): Move(State.CLOSED, REPORTER, any_rev=True),
    **{(state, Action.NOTE): Move(state, EVERYBODY, any_rev=True) for state in State},
    **{(state, Action.ADD_PHOTO): Move(state, REPORTER, photo=True, any_rev=True) for state in OPEN},
}


def next_move(state: State, action: Action, roles: frozenset[Role]) -> Move:
    """The move that `action` makes from `state` for somebody who stands to the case in `roles`.

    Raises WrongRole when no state lets these roles do it, IllegalMove when this state does not.
    """
    if not any(known is action and move.roles & roles for (_, known), move in MOVES.items()):
        raise WrongRole(action=action)
    move = MOVES.get((state, action))
    if move is None:
        raise IllegalMove(state=state, action=action)
    if not move.roles & roles:
        raise WrongRole(action=action)
    return move


def actions_for(state: State, roles: frozenset[Role]) -> list[Action]:
    """What somebody in `roles` may do now, in the table's order."""
    return [action for (known, action), move in MOVES.items() if known is state and move.roles & roles]
