"""Applying a move to a case: the table says whether and whereto, the verbs say what else changes."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend.cases import clocks
from backend.cases.history import Actor, record
from backend.cases.lifecycle import Action, Move, PhotoRequired, ReasonRequired, State
from backend.cases.tasks import following as tasks
from backend.cases.tasks.following import CHECKING
from backend.core.jobs import enqueue
from backend.core.roles import Role
from backend.dispatch import check_verbs, intake_verbs, squad_verbs
from backend.dispatch.applying import Applying
from backend.dispatch.schemas import MovePayload

VERBS: dict[Action, Callable[[Applying], Awaitable[dict[str, Any]]]] = {
    Action.REFUSE: intake_verbs.refuse,
    Action.VERIFY: intake_verbs.verify,
    Action.VERIFY_TRUE: intake_verbs.verify_true,
    Action.VERIFY_FALSE: intake_verbs.verify_false,
    Action.CLARIFY: intake_verbs.clarify,
    Action.AMEND: intake_verbs.amend,
    Action.NOT_SOLVED: intake_verbs.not_solved,
    Action.DISPATCH: squad_verbs.dispatch,
    Action.ACCEPT: squad_verbs.accept,
    Action.ASSIGN: squad_verbs.assign,
    Action.RETURN: squad_verbs.give_back,
    Action.RESPOND: squad_verbs.respond,
    Action.REQUEST_EXTENSION: squad_verbs.request_extension,
    Action.REQUEST_SUSPENSION: squad_verbs.request_suspension,
    Action.REQUEST_DEFERRAL: squad_verbs.request_deferral,
    Action.GRANT_EXTENSION: squad_verbs.grant_extension,
    Action.GRANT_SUSPENSION: squad_verbs.grant_rest,
    Action.GRANT_DEFERRAL: squad_verbs.grant_rest,
    Action.DENY: squad_verbs.deny,
    Action.RESUME: squad_verbs.resume,
    Action.CHECK_PASS: check_verbs.check_pass,
    Action.CHECK_FAIL: check_verbs.check_fail,
    Action.CHECK_CANNOT_FIND: check_verbs.cannot_find,
    Action.FORCE_CLOSE: check_verbs.force_close,
    Action.REOPEN: check_verbs.reopen,
    Action.APPEAL: check_verbs.appeal,
    Action.GRANT_APPEAL: check_verbs.grant_appeal,
}


HANDLER = "handler"
TOLD: dict[Action, tuple[str, str]] = {
    Action.FILE: ("dispatched", HANDLER),
    Action.DISPATCH: ("dispatched", HANDLER),
    Action.CHECK_FAIL: ("rework", HANDLER),
    Action.REOPEN: ("reopened", HANDLER),
    Action.GRANT_EXTENSION: ("granted", HANDLER),
    Action.GRANT_SUSPENSION: ("granted", HANDLER),
    Action.GRANT_DEFERRAL: ("granted", HANDLER),
    Action.GRANT_APPEAL: ("granted", HANDLER),
    Action.DENY: ("denied", HANDLER),
    Action.RETURN: ("returned", Role.DISPATCHER),
    Action.REQUEST_EXTENSION: ("request", Role.DISPATCHER),
    Action.REQUEST_SUSPENSION: ("request", Role.DISPATCHER),
    Action.REQUEST_DEFERRAL: ("request", Role.DISPATCHER),
    Action.APPEAL: ("request", Role.SHIFT_LEADER),
    Action.CHECK_CANNOT_FIND: ("unclear", Role.OPERATOR),
}
"""What people are told of, beside the tasks that fall on them: kind of message, and the handler or a post."""


def check_complete(move: Move, payload: MovePayload) -> None:
    """Raise ReasonRequired or PhotoRequired where the table asks for what the move does not bring."""
    if move.reason and not payload.reason.strip():
        raise ReasonRequired()
    if move.photo and not payload.photos:
        raise PhotoRequired()


async def apply(applying: Applying) -> None:
    """Change the case, its clocks and its history; the caller holds the case's lock and has checked who may."""
    case, payload = applying.case, applying.payload
    before = State(case.state)
    if payload.action is Action.FILE:
        await intake_verbs.file(applying)
    else:
        data = await VERBS.get(payload.action, _nothing)(applying)
        case.state = applying.move.to
        if not applying.move.any_rev:
            await clocks.follow(applying.session, case, applying.at)
        what = "second_look" if before is State.CLOSED and payload.action in CHECKING else payload.action
        await record(
            applying.session, case.id, applying.at, what, before, case.state, applying.actor,
            squad_code=case.squad_code, note=payload.note, reason=payload.reason,
            move_id=applying.move_id, data=data,
        )  # fmt: skip
    await tasks.follow(applying.session, case, before, payload.action, applying.actor.person_id, applying.at)
    await _tell(applying)
    if not applying.move.any_rev:
        case.rev += 1  # a note decides nothing: it must not make an answer stale that is on its way
    case.updated_at = applying.at
    await applying.session.flush()


async def _tell(applying: Applying) -> None:
    """Let whoever has to act on it hear of it: the squad at once, posts with their digest."""
    found = TOLD.get(applying.payload.action)
    if found is None:
        return
    kind, whom = found
    told = {
        "kind": kind, "case": str(applying.case.id), "about": f"move/{applying.move_id}", "tell": whom,
        "digest": whom != HANDLER, "data": {"reason": applying.payload.reason.strip()},
    }  # fmt: skip
    await enqueue(applying.session, "message.tell", told)


async def _nothing(applying: Applying) -> dict[str, Any]:
    return {}


def actor_for(move: Move, roles: frozenset[Role], person_id: UUID | None, device_id: UUID | None) -> Actor:
    """Who history says it was: the role in which the move was allowed."""
    order = (
        Role.OPERATOR,
        Role.DISPATCHER,
        Role.SHIFT_LEADER,
        Role.LEADER,
        Role.ADMINISTRATOR,
        Role.SQUAD_LEADER,
        Role.OFFICER,
        Role.AUXILIARY,
        Role.SQUAD_MEMBER,
        Role.INSPECTOR,
        Role.SUPERINTENDENT,
        Role.REPORTER,
    )
    fitting = [role for role in order if role in move.roles & roles]
    return Actor(fitting[0] if fitting else Role.REPORTER, person_id, device_id)
