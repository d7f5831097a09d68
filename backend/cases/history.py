"""The append-only history of a case: one row for each thing that happened, in its transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.models import CaseHistory
from backend.core.roles import Role


@dataclass(frozen=True)
class Actor:
    """Who did it and in which role; nobody at all is the system."""

    role: Role | str
    person_id: UUID | None = None
    device_id: UUID | None = None


SYSTEM = Actor("system")


async def record(
    session: AsyncSession,
    case_id: UUID,
    at: datetime,
    action: str,
    from_state: str | None,
    to_state: str,
    actor: Actor,
    *,
    squad_code: str | None = None,
    note: str = "",
    reason: str = "",
    move_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write one row. `squad_code` is the squad that has the case after it."""
    await session.execute(
        insert(CaseHistory).values(
            case_id=case_id,
            at=at,
            action=action,
            from_state=from_state,
            to_state=to_state,
            actor_role=str(actor.role),
            actor_person=actor.person_id,
            actor_device=actor.device_id,
            squad_code=squad_code,
            note=note,
            reason=reason,
            move_id=move_id,
            data=data or {},
        )
    )
