"""Applying a move to a case: the table says whether and whereto, the verbs below say what else changes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.filing import file_case
from backend.cases.history import Actor, record
from backend.cases.lifecycle import Action, Move, PhotoRequired, ReasonRequired, State
from backend.cases.models import Case
from backend.core.errors import DomainError
from backend.core.geo import GeoPoint, metres_between
from backend.core.roles import Role
from backend.dispatch.schemas import AmendData, ClarifyData, FileData, MovePayload, RefuseData

CANNOT_FIND, NOT_SOLVED = "check_cannot_find", "not_solved"


class BadData(DomainError):
    """The move's data do not fit its action."""

    status, code = 422, "bad_data"


@dataclass(frozen=True)
class Applying:
    """A move about to be applied: the locked case, the table's row, who, when."""

    session: AsyncSession
    case: Case
    move: Move
    move_id: UUID
    payload: MovePayload
    actor: Actor
    squads: frozenset[str]
    at: datetime


def check_complete(move: Move, payload: MovePayload) -> None:
    """Raise ReasonRequired or PhotoRequired where the table asks for what the move does not bring."""
    if move.reason and not payload.reason.strip():
        raise ReasonRequired()
    if move.photo and not payload.photos:
        raise PhotoRequired()


async def apply(applying: Applying) -> None:
    """Change the case and write its history; the caller holds the case's lock and has checked who may."""
    case, payload = applying.case, applying.payload
    before = State(case.state)
    if payload.action is Action.FILE:
        await _file(applying)
    else:
        data = await VERBS.get(payload.action, _nothing)(applying)
        case.state = applying.move.to
        await record(
            applying.session, case.id, applying.at, payload.action, before, case.state, applying.actor,
            squad_code=case.squad_code, note=payload.note, reason=payload.reason,
            move_id=applying.move_id, data=data,
        )  # fmt: skip
    if not applying.move.any_rev:
        case.rev += 1  # a note decides nothing: it must not make an answer stale that is on its way
    case.updated_at = applying.at
    await applying.session.flush()


def data_of(model: type[BaseModel], payload: MovePayload) -> Any:
    """The move's `data` as `model`. Raises BadData."""
    try:
        return model.model_validate(payload.data)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadData(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


async def _file(applying: Applying) -> None:
    data: FileData = data_of(FileData, applying.payload)
    case = applying.case
    chosen = data.category or case.class_code
    # Another class leaves the reporter's answer to the old class's question without meaning.
    answered = case.condition_code if data.category in (None, case.class_code) else None
    await file_case(
        applying.session, case, applying.actor, applying.at,
        class_code=chosen, condition_code=data.condition or answered, place=data.location,
        note=applying.payload.note, move_id=applying.move_id,
    )  # fmt: skip


async def _refuse(applying: Applying) -> dict[str, Any]:
    data: RefuseData = data_of(RefuseData, applying.payload)
    applying.case.refuse_reason = applying.payload.reason.strip()
    applying.case.refuse_responsible = data.responsible
    return {"responsible": data.responsible}


async def _accept(applying: Applying) -> dict[str, Any]:
    applying.case.accepted_at = applying.at
    return {}


async def _respond(applying: Applying) -> dict[str, Any]:
    case = applying.case
    case.responded_at = applying.at
    case.responded_by = applying.actor.person_id
    case.responded_squad = case.squad_code
    case.accepted_at = case.accepted_at or applying.at
    return await _distance(applying)


async def _pass(applying: Applying) -> dict[str, Any]:
    applying.case.closed_at = applying.at
    due, responded = applying.case.due_at, applying.case.responded_at
    on_time = due is None or responded is None or responded <= due
    return {**await _distance(applying), "on_time": on_time}


async def _fail(applying: Applying) -> dict[str, Any]:
    case = applying.case
    case.rework += 1
    case.accepted_at = None
    case.responded_at = None
    return {**await _distance(applying), "rework": case.rework}


async def _cannot_find(applying: Applying) -> dict[str, Any]:
    applying.case.flags = [*applying.case.flags, CANNOT_FIND]
    return await _distance(applying)


async def _clarify(applying: Applying) -> dict[str, Any]:
    data: ClarifyData = data_of(ClarifyData, applying.payload)
    case = applying.case
    case.flags = [flag for flag in case.flags if flag not in (CANNOT_FIND, NOT_SOLVED)]
    if data.location is None:
        return {}
    case.place, case.place_source, case.accuracy_m = data.location.ewkt(), "operator", None
    return {"moved": True}


async def _amend(applying: Applying) -> dict[str, Any]:
    data: AmendData = data_of(AmendData, applying.payload)
    case = applying.case
    if data.description is not None:
        case.description = data.description
    if data.category is not None:
        case.class_code, case.condition_code = data.category, data.condition
    return data.model_dump(exclude_none=True)


async def _not_solved(applying: Applying) -> dict[str, Any]:
    applying.case.flags = list(dict.fromkeys([*applying.case.flags, NOT_SOLVED]))
    return {}


async def _nothing(applying: Applying) -> dict[str, Any]:
    return {}


async def _distance(applying: Applying) -> dict[str, Any]:
    """How far from the case's place this was done, in metres: noted for who judges it, never a reason to refuse."""
    here = applying.payload.location
    statement = text("select ST_X(place) as lon, ST_Y(place) as lat from cases where id = :id")
    row = (await applying.session.execute(statement, {"id": applying.case.id})).one()
    there = GeoPoint.of(row.lon, row.lat)
    if here is None or there is None:
        return {}
    return {"distance_m": round(metres_between(GeoPoint(lon=here.lon, lat=here.lat), there), 1)}


VERBS: dict[Action, Callable[[Applying], Awaitable[dict[str, Any]]]] = {
    Action.REFUSE: _refuse,
    Action.ACCEPT: _accept,
    Action.RESPOND: _respond,
    Action.CHECK_PASS: _pass,
    Action.CHECK_FAIL: _fail,
    Action.CHECK_CANNOT_FIND: _cannot_find,
    Action.CLARIFY: _clarify,
    Action.AMEND: _amend,
    Action.NOT_SOLVED: _not_solved,
}


def actor_for(move: Move, roles: frozenset[Role], person_id: UUID | None, device_id: UUID | None) -> Actor:
    """Who history says it was: the role in which the move was allowed."""
    order = (Role.OPERATOR, Role.ADMINISTRATOR, Role.SQUAD_LEADER, Role.SQUAD_MEMBER, Role.INSPECTOR, Role.REPORTER)
    fitting = [role for role in order if role in move.roles & roles]
    return Actor(fitting[0] if fitting else Role.REPORTER, person_id, device_id)
