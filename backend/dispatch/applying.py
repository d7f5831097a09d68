"""A move about to be applied, and what the verbs share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.history import Actor
from backend.cases.lifecycle import Move
from backend.cases.models import Case
from backend.core.errors import DomainError
from backend.core.geo import GeoPoint, metres_between
from backend.dispatch.schemas import MovePayload

M = TypeVar("M", bound=BaseModel)


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


def data_of(model: type[M], payload: MovePayload) -> M:
    """The move's `data` as `model`. Raises BadData."""
    try:
        return model.model_validate(payload.data)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadData(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


async def distance(applying: Applying) -> dict[str, Any]:
    """How far from the case's place this was done, in metres: noted for who judges it, never a reason to refuse."""
    here = applying.payload.location
    statement = text("select ST_X(place) as lon, ST_Y(place) as lat from cases where id = :id")
    row = (await applying.session.execute(statement, {"id": applying.case.id})).one()
    there = GeoPoint.of(row.lon, row.lat)
    if here is None or there is None:
        return {}
    return {"distance_m": round(metres_between(GeoPoint(lon=here.lon, lat=here.lat), there), 1)}


def settle_request(case: Case) -> None:
    """What was asked for is answered, or has lost its meaning."""
    case.pending = None
    case.request = None
