"""What ends a case, or opens it again: check (核查), forced close, reopening, appeal (申诉)."""

from typing import Any

from backend.cases.lifecycle import State
from backend.dispatch.applying import Applying, data_of, distance, settle_request
from backend.dispatch.intake_verbs import CANNOT_FIND, NOT_SOLVED, SECOND_LOOK_DISAGREES
from backend.dispatch.schemas import CannotFindData, PassData


async def check_pass(applying: Applying) -> dict[str, Any]:
    """Closed: on time if the answer that is passed came before the limit was up."""
    data = data_of(PassData, applying.payload)
    if _is_second_look(applying):
        return await _second_look(applying, "agrees")
    _close(applying)
    result = {"result": data.result} if data.result else {}
    return {**await distance(applying), **result, "on_time": applying.case.on_time}


async def check_fail(applying: Applying) -> dict[str, Any]:
    """返工: back to the same squad, whose clock goes on where it stood when it answered."""
    case = applying.case
    if _is_second_look(applying):
        return await _second_look(applying, "disagrees")
    case.rework += 1
    case.accepted_at = None
    case.responded_at = None
    return {**await distance(applying), "rework": case.rework}


async def cannot_find(applying: Applying) -> dict[str, Any]:
    data = data_of(CannotFindData, applying.payload)
    if _is_second_look(applying):
        return await _second_look(applying, data.result)
    applying.case.flags = list(dict.fromkeys([*applying.case.flags, CANNOT_FIND]))
    return {"result": data.result, **await distance(applying)}


async def force_close(applying: Applying) -> dict[str, Any]:
    applying.case.forced = True
    settle_request(applying.case)
    _close(applying)
    return {"on_time": applying.case.on_time}


async def reopen(applying: Applying) -> dict[str, Any]:
    """By a leader, with a reason: the squad that had it has it again with the whole limit; a refused one waits
    for intake.
    """
    case = applying.case
    case.reopened += 1
    case.flags = [flag for flag in case.flags if flag not in (CANNOT_FIND, NOT_SOLVED, SECOND_LOOK_DISAGREES)]
    case.refuse_reason = case.refuse_responsible = None
    case.closed_at = case.on_time = None
    case.accepted_at = case.responded_at = None
    case.forced = case.exempt = False
    settle_request(case)
    return {"reopened": case.reopened}


async def appeal(applying: Applying) -> dict[str, Any]:
    case = applying.case
    case.appealed = "asked"
    case.pending = "appeal"
    case.request = {
        "kind": "appeal",
        "reason": applying.payload.reason.strip(),
        "at": applying.at.isoformat(),
        "squad": case.squad_code,
    }
    return {}


async def grant_appeal(applying: Applying) -> dict[str, Any]:
    """The true times stay; the on-time figures leave the case out."""
    case = applying.case
    case.appealed, case.exempt = "granted", True
    settle_request(case)
    return {}


def _is_second_look(applying: Applying) -> bool:
    return applying.case.state == State.CLOSED


async def _second_look(applying: Applying, verdict: str) -> dict[str, Any]:
    """What the second pair of eyes says is noted; where it disagrees the shift leader reads it."""
    if verdict == "disagrees":
        applying.case.flags = list(dict.fromkeys([*applying.case.flags, SECOND_LOOK_DISAGREES]))
    return {**await distance(applying), "verdict": verdict}


def _close(applying: Applying) -> None:
    case = applying.case
    case.closed_at = applying.at
    case.resume_at = None
    answered = case.responded_at or applying.at
    case.on_time = case.due_at is None or answered <= case.due_at
