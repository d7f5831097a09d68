"""The life of a case as one table of moves (domain.md §1.5, §1.7). Plain Python: no framework, no database.

Filing dispatches at once, so `file` leads to `dispatched`; the history shows both steps. A request (extension,
suspension, deferral, appeal) leaves the case where it is and waits in `pending` until somebody else answers it.
docs/lifecycle.svg is drawn from this table.
"""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.errors import DomainError
from backend.core.roles import DISPATCH_ROLES, INTAKE_ROLES, LEADER_ROLES, SQUAD_ROLES, Role


class State(StrEnum):
    SUBMITTED = "submitted"
    VERIFYING = "verifying"
    DISPATCHING = "dispatching"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    DEFERRED = "deferred"
    RESPONDED = "responded"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    VERIFY = "verify"
    VERIFY_TRUE = "verify_true"
    VERIFY_FALSE = "verify_false"
    VERIFY_RECALL = "verify_recall"
    FILE = "file"
    REFUSE = "refuse"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    START = "start"
    ASSIGN = "assign"
    RETURN = "return"
    REQUEST_EXTENSION = "request_extension"
    REQUEST_SUSPENSION = "request_suspension"
    REQUEST_DEFERRAL = "request_deferral"
    APPEAL = "appeal"
    GRANT_EXTENSION = "grant_extension"
    GRANT_SUSPENSION = "grant_suspension"
    GRANT_DEFERRAL = "grant_deferral"
    GRANT_APPEAL = "grant_appeal"
    DENY = "deny"
    RESUME = "resume"
    RESPOND = "respond"
    CHECK_PASS = "check_pass"
    CHECK_FAIL = "check_fail"
    CHECK_CANNOT_FIND = "check_cannot_find"
    CLARIFY = "clarify"
    FORCE_CLOSE = "force_close"
    REOPEN = "reopen"
    NOTE = "note"
    AMEND = "amend"
    ADD_PHOTO = "add_photo"
    WITHDRAW = "withdraw"
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SELF_HANDLE = "self_handle"


class Request(StrEnum):
    """What a squad may ask for; one at a time."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"
    DEFERRAL = "deferral"
    APPEAL = "appeal"


@dataclass(frozen=True)
class Move:
    """Where an action leads, who may do it, and what it must bring.

    `any_rev` moves change no decision that somebody else's move rests on, so a stale `base_rev` does not hinder them
    and they make none stale. `asks` is the request that a move makes, `answers` those that it settles.
    """

    to: State
    roles: frozenset[Role]
    reason: bool = False
    photo: bool = False
    any_rev: bool = False
    asks: Request | None = None
    answers: frozenset[Request] = frozenset()


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


class AlreadyPending(DomainError):
    """Something is asked for already and not answered yet."""

    status, code = 422, "already_pending"


class NothingPending(DomainError):
    """Nothing of the kind is asked for."""

    status, code = 422, "nothing_pending"


INSPECTOR = frozenset({Role.INSPECTOR})
CHECKERS = INSPECTOR | INTAKE_ROLES
FIELD = INSPECTOR | SQUAD_ROLES
REPORTER = frozenset({Role.REPORTER})
TIMER = frozenset({Role.SYSTEM})
SQUAD_LEADER = frozenset({Role.SQUAD_LEADER})
EVERYBODY = frozenset(Role) - TIMER

WORK = (State.DISPATCHED, State.ACCEPTED, State.IN_PROGRESS)
"""The squad has it and its clock runs."""

RESTING = (State.SUSPENDED, State.DEFERRED)
"""The squad has it, its clock stands, and it goes on by itself."""

UNFILED = (State.SUBMITTED, State.VERIFYING)
OPEN = (*UNFILED, State.DISPATCHING, *WORK, *RESTING, State.RESPONDED)
FILED_OPEN = (State.DISPATCHING, *WORK, *RESTING, State.RESPONDED)

MOVES: dict[tuple[State, Action], Move] = {
    # Intake: verify (核实), file (立案), refuse (不予立案).
    (State.SUBMITTED, Action.FILE): Move(State.DISPATCHED, INTAKE_ROLES),
    (State.SUBMITTED, Action.REFUSE): Move(State.REFUSED, INTAKE_ROLES, reason=True),
    (State.SUBMITTED, Action.VERIFY): Move(State.VERIFYING, INTAKE_ROLES),
    (State.VERIFYING, Action.VERIFY_TRUE): Move(State.SUBMITTED, INSPECTOR, photo=True),
    (State.VERIFYING, Action.VERIFY_FALSE): Move(State.SUBMITTED, INSPECTOR, reason=True, photo=True),
    (State.VERIFYING, Action.VERIFY_RECALL): Move(State.SUBMITTED, INTAKE_ROLES | TIMER),
    (State.REFUSED, Action.REOPEN): Move(State.SUBMITTED, LEADER_ROLES | {Role.SHIFT_LEADER}, reason=True),
    # A trifle that its finder put right on the spot; made by the report itself when its photos are here, never asked
    # for: whoever reported an unfiled case stands to it as its reporter.
    (State.SUBMITTED, Action.SELF_HANDLE): Move(State.CLOSED, FIELD, photo=True),
    **{(state, Action.AMEND): Move(state, REPORTER) for state in UNFILED},
    **{(state, Action.WITHDRAW): Move(State.WITHDRAWN, REPORTER) for state in UNFILED},
    # Dispatch (派遣), and again after a return (回退) or with a reason at any time.
    (State.DISPATCHING, Action.DISPATCH): Move(State.DISPATCHED, DISPATCH_ROLES),
    (State.DISPATCHING, Action.REFUSE): Move(State.REFUSED, frozenset({Role.SHIFT_LEADER}) | LEADER_ROLES, reason=True),
    **{(state, Action.DISPATCH): Move(State.DISPATCHED, DISPATCH_ROLES, reason=True) for state in WORK},
    # Disposal (处置). A squad that fixes it on the spot need not tap "accept" first; the history shows that it did not.
    (State.DISPATCHED, Action.ACCEPT): Move(State.ACCEPTED, SQUAD_ROLES),
    (State.ACCEPTED, Action.START): Move(State.IN_PROGRESS, SQUAD_ROLES),
    **{(state, Action.RESPOND): Move(State.RESPONDED, SQUAD_ROLES, photo=True) for state in WORK},
    **{(state, Action.RETURN): Move(State.DISPATCHING, SQUAD_ROLES, reason=True) for state in WORK},
    **{(state, Action.ASSIGN): Move(state, SQUAD_LEADER, any_rev=True) for state in WORK},
    **{
        (state, action): Move(state, SQUAD_ROLES, reason=True, any_rev=True, asks=request)
        for state in WORK
        for action, request in (
            (Action.REQUEST_EXTENSION, Request.EXTENSION),
            (Action.REQUEST_SUSPENSION, Request.SUSPENSION),
            (Action.REQUEST_DEFERRAL, Request.DEFERRAL),
        )
    },
    **{
        (state, action): Move(
            to or state, DISPATCH_ROLES | LEADER_ROLES, any_rev=to is None, answers=frozenset({request})
        )
        for state in WORK
        for action, request, to in (
            (Action.GRANT_EXTENSION, Request.EXTENSION, None),
            (Action.GRANT_SUSPENSION, Request.SUSPENSION, State.SUSPENDED),
            (Action.GRANT_DEFERRAL, Request.DEFERRAL, State.DEFERRED),
        )
    },
    **{
        (state, Action.DENY): Move(
            state,
            DISPATCH_ROLES | LEADER_ROLES,
            reason=True,
            any_rev=True,
            answers=frozenset({Request.EXTENSION, Request.SUSPENSION, Request.DEFERRAL}),
        )
        for state in WORK
    },
    **{(state, Action.RESUME): Move(State.IN_PROGRESS, DISPATCH_ROLES | SQUAD_LEADER | TIMER) for state in RESTING},
    # Check after disposal (核查), by somebody who is not of the squad.
    # What a rule leaves to the photos is judged at the desk.
    (State.RESPONDED, Action.CHECK_PASS): Move(State.CLOSED, CHECKERS),
    (State.RESPONDED, Action.CHECK_FAIL): Move(State.DISPATCHED, CHECKERS, reason=True),
    (State.RESPONDED, Action.CHECK_CANNOT_FIND): Move(State.RESPONDED, INSPECTOR, reason=True),
    (State.RESPONDED, Action.CLARIFY): Move(State.RESPONDED, INTAKE_ROLES),
    # A second look (复查) at what passed, by somebody drawn who does not know that it is one. It changes no state.
    **{
        (State.CLOSED, action): Move(State.CLOSED, INSPECTOR, reason=action is not Action.CHECK_PASS, any_rev=True)
        for action in (Action.CHECK_PASS, Action.CHECK_FAIL, Action.CHECK_CANNOT_FIND)
    },
    # A leader's last word, kept apart from what the field decided.
    **{(state, Action.FORCE_CLOSE): Move(State.CLOSED, LEADER_ROLES, reason=True) for state in FILED_OPEN},
    (State.CLOSED, Action.REOPEN): Move(State.DISPATCHED, LEADER_ROLES, reason=True),
    (State.CLOSED, Action.APPEAL): Move(State.CLOSED, SQUAD_LEADER, reason=True, any_rev=True, asks=Request.APPEAL),
    (State.CLOSED, Action.GRANT_APPEAL): Move(
        State.CLOSED, frozenset({Role.SHIFT_LEADER}) | LEADER_ROLES, any_rev=True, answers=frozenset({Request.APPEAL})
    ),
    (State.CLOSED, Action.DENY): Move(
        State.CLOSED,
        frozenset({Role.SHIFT_LEADER}) | LEADER_ROLES,
        reason=True,
        any_rev=True,
        answers=frozenset({Request.APPEAL}),
    ),
    # The operator has read that a reporter calls it unsolved.
    (State.CLOSED, Action.CLARIFY): Move(State.CLOSED, INTAKE_ROLES),
    (State.CLOSED, Action.SOLVED): Move(State.CLOSED, REPORTER, any_rev=True),
    (State.CLOSED, Action.NOT_SOLVED): Move(State.CLOSED, REPORTER, any_rev=True),
    **{(state, Action.NOTE): Move(state, EVERYBODY, any_rev=True) for state in State},
    **{(state, Action.ADD_PHOTO): Move(state, REPORTER, photo=True, any_rev=True) for state in OPEN},
}


class Stage(StrEnum):
    """What is timed (domain.md §1.6)."""

    INTAKE = "intake"
    VERIFY = "verify"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    DISPOSAL = "disposal"
    CHECK = "check"


CLOCKS: dict[State, frozenset[Stage]] = {
    State.SUBMITTED: frozenset({Stage.INTAKE}),
    State.VERIFYING: frozenset({Stage.VERIFY}),
    State.DISPATCHING: frozenset({Stage.DISPATCH}),
    State.DISPATCHED: frozenset({Stage.ACCEPT, Stage.DISPOSAL}),
    State.ACCEPTED: frozenset({Stage.DISPOSAL}),
    State.IN_PROGRESS: frozenset({Stage.DISPOSAL}),
    State.RESPONDED: frozenset({Stage.CHECK}),
}
"""The clocks that run in a state; in all others none does."""

KEPT = frozenset({Stage.INTAKE, Stage.DISPOSAL})
"""Clocks that stand while somebody else has the case and go on afterwards; the others are over when they stop."""


def next_move(state: State, action: Action, roles: frozenset[Role], pending: str | None = None) -> Move:
    """The move that `action` makes from `state` for somebody who stands to the case in `roles`.

    `pending` is the request that waits for an answer. Raises WrongRole when no state lets these roles do it,
    IllegalMove when this state does not, AlreadyPending, NothingPending.
    """
    if not any(known is action and move.roles & roles for (_, known), move in MOVES.items()):
        raise WrongRole(action=action)
    move = MOVES.get((state, action))
    if move is None:
        raise IllegalMove(state=state, action=action)
    if not move.roles & roles:
        raise WrongRole(action=action)
    if move.asks and pending is not None:
        raise AlreadyPending(pending=pending)
    if move.answers and pending not in move.answers:
        raise NothingPending(action=action)
    return move


def actions_for(state: State, roles: frozenset[Role]) -> list[Action]:
    """What somebody in `roles` may do now, in the table's order; whether something is pending is not looked at."""
    return [action for (known, action), move in MOVES.items() if known is state and move.roles & roles]
