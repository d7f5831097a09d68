"""A move comes in: stored as sent, applied at once or with its last photo, parked when the case has moved on."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import Standing, allowed_move, is_reporter, standing, standing_of, task_standing
from backend.cases.intake import NotYours, OtherBytes, captured_by_of, owns, read_object, slots_json
from backend.cases.lifecycle import (
    MOVES,
    AlreadyPending,
    IllegalMove,
    NothingPending,
    State,
    WrongRole,
    next_move,
)
from backend.cases.models import Case, CaseMove
from backend.cases.photo_intake import Intake, Owner
from backend.core.auth import Author, Caller, Device, Person
from backend.core.errors import DomainError, NotFound
from backend.core.roles import SQUAD_ROLES
from backend.dispatch.apply import actor_for, apply, check_complete
from backend.dispatch.applying import Applying
from backend.dispatch.schemas import CaseStanding, MovePayload, MoveReceipt
from backend.photos.schemas import PhotoSlot
from backend.settings import Limits

NEED_PICTURE = frozenset(action for (_, action), move in MOVES.items() if move.photo)
"""Moves that prove nothing when their photos turn out to be none."""


class UnknownMove(NotFound):
    """This move is not known here: send it again, then its photos."""

    code = "unknown_move"


class BadMove(DomainError):
    """The move cannot be read."""

    status, code = 422, "bad_move"


@dataclass(frozen=True)
class MoveAnswer:
    """Status and receipt: 201 new and durable (applied, receiving or conflicting), 200 known."""

    status: int
    receipt: MoveReceipt


async def receive_move(
    session: AsyncSession,
    caller: Caller,
    case_id: UUID,
    move_id: UUID,
    body: bytes,
    digest: str | None,
    now: datetime,
    limits: Limits,
) -> MoveAnswer:
    """Take in `PUT /cases/{case_id}/moves/{move_id}` (contract.md, "Moves").

    A stale `base_rev` is stored as `conflicting`, never thrown away. Raises NotFound, WrongRole, OtherSquad,
    FixerCannotJudge (403), IllegalMove, PhotoRequired, ReasonRequired, BadMove (422), OtherBytes (409).
    """
    data = read_object(body, limits, move_id, digest)
    author = await caller.author(captured_by_of(data))
    case = await lock_case(session, case_id)
    known = await session.get(CaseMove, move_id)
    if known is not None:
        return await _known(session, known, case_id, author, sha256(body).hexdigest())
    payload = _read(data)
    stand = await _stand(session, author, case)
    conflicting = await _conflicts(session, case, payload, stand)
    if not conflicting:
        check_complete(allowed_move(case, stand, payload.action), payload)
    await _store(session, case, move_id, body, payload, author, now, conflicting)
    if not conflicting and not payload.photos:
        await _apply(session, case, move_id, payload, stand, now)
    return MoveAnswer(201, await move_receipt(session, move_id))


async def lock_case(session: AsyncSession, case_id: UUID) -> Case:
    """The case, locked for this transaction. Raises NotFound."""
    case = await session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound()
    return case


def _read(data: dict[str, Any]) -> MovePayload:
    try:
        return MovePayload.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadMove(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


async def _known(session: AsyncSession, move: CaseMove, case_id: UUID, author: Author, digest: str) -> MoveAnswer:
    if not owns(author, move.device_id, move.captured_by):
        raise NotYours()
    if move.payload_sha256 != digest or move.case_id != case_id:
        raise OtherBytes()
    return MoveAnswer(200, await move_receipt(session, move.id))


async def _stand(session: AsyncSession, author: Author, case: Case) -> Standing:
    """How the author stands to the case: as a person or as a device, never as both."""
    person: Person | None = author.person
    device: Device | None = None if person else author.device
    reporter = await is_reporter(session, case.id, person, device)
    return standing(case, person, device, reporter, await task_standing(session, case, person))


async def _conflicts(session: AsyncSession, case: Case, payload: MovePayload, stand: Standing) -> bool:
    """Whether the case has moved on since the mover saw it. Only somebody who once could do this may be parked;
    anybody else gets the plain refusal."""
    if payload.base_rev is None or payload.base_rev == case.rev:
        return False
    roles = stand.roles or await _former_roles(session, case, stand)
    try:
        move = next_move(State(case.state), payload.action, roles, case.pending)
    except (AlreadyPending, NothingPending):
        return False
    except IllegalMove:
        return True
    except WrongRole:
        return False
    return not move.any_rev


async def _former_roles(session: AsyncSession, case: Case, stand: Standing) -> frozenset[Any]:
    """Squad roles of somebody whose squad once had this case: his after-photo is not thrown away."""
    if stand.person is None or not stand.person.squads:
        return frozenset()
    statement = text("select exists (select from case_history where case_id = :id and squad_code = any(:squads))")
    had = (await session.execute(statement, {"id": case.id, "squads": sorted(stand.person.squads)})).scalar_one()
    return stand.person.roles & SQUAD_ROLES if had else frozenset()


_SLOTS = text(
    """
    insert into photo (intake_id, photo_id, intake_kind, case_id, seq, sha256, size, mime, width, height, taken_at,
      exif, media_id)
    select :move, p.id, 'move', :case, p.seq, p.sha256, p.size, p.mime, p.width, p.height, p.taken_at, p.exif,
      p.media_id
    from jsonb_to_recordset(cast(:photos as jsonb)) as p(id uuid, seq int, sha256 text, size int, mime text,
      width int, height int, taken_at timestamptz, exif jsonb, media_id uuid)
    """
)


async def _store(
    session: AsyncSession,
    case: Case,
    move_id: UUID,
    body: bytes,
    payload: MovePayload,
    author: Author,
    now: datetime,
    conflicting: bool,
) -> None:
    await session.execute(
        insert(CaseMove).values(
            id=move_id,
            case_id=case.id,
            action=payload.action,
            base_rev=payload.base_rev,
            state="conflicting" if conflicting else "receiving",
            device_id=author.device_id,
            captured_by=author.person_id,
            payload=body,
            payload_sha256=sha256(body).hexdigest(),
            photos_expected=len(payload.photos),
            received_at=now,
        )
    )
    if payload.photos:
        await session.execute(_SLOTS, {"move": move_id, "case": case.id, "photos": slots_json(payload.photos)})


async def _apply(
    session: AsyncSession, case: Case, move_id: UUID, payload: MovePayload, stand: Standing, now: datetime
) -> None:
    move = allowed_move(case, stand, payload.action)
    person = stand.person
    actor = actor_for(move, stand.roles, person.id if person else None, stand.device.id if stand.device else None)
    squads = person.squads if person else frozenset()
    await apply(Applying(session, case, move, move_id, payload, actor, squads, now))
    await _settle(session, move_id, "applied", now)


async def _settle(session: AsyncSession, move_id: UUID, state: str, now: datetime, reason: str | None = None) -> None:
    statement = text(
        "update case_move set state = :state, held_reason = :reason, applied_at = :applied_at where id = :id"
    )
    values = {"state": state, "reason": reason, "applied_at": now if state == "applied" else None, "id": move_id}
    await session.execute(statement, values)


async def complete_move(session: AsyncSession, caller: Caller, move_id: UUID, now: datetime) -> None:
    """The last photo of a move is stored: apply it, or park it when the case has moved on meanwhile."""
    row = await session.get(CaseMove, move_id)
    assert row is not None
    if row.state != "receiving":
        return
    case = await lock_case(session, row.case_id)
    payload = MovePayload.model_validate_json(row.payload)
    stand = await _stand(session, await caller.author(row.captured_by), case)
    if payload.base_rev is not None and await _conflicts(session, case, payload, stand):
        await _settle(session, move_id, "conflicting", now)
        return
    if payload.action in NEED_PICTURE and await _photos_taken(session, move_id) == 0:
        await _settle(session, move_id, "held", now, "photo_required")
        return
    try:
        await _apply(session, case, move_id, payload, stand, now)
    except DomainError as error:
        # Its photos are here: keep it whole for people to look at instead of losing it to a rule.
        await _settle(session, move_id, "conflicting", now, error.code)


async def _photos_taken(session: AsyncSession, move_id: UUID) -> int:
    statement = text("select count(*) from photo where intake_id = :id and slot <> 'refused'")
    return int((await session.execute(statement, {"id": move_id})).scalar_one())


_RECEIPT = text(
    """
    select v.id, v.case_id, v.state, v.payload_sha256, v.received_at, v.held_reason, c.state as case_state,
      c.rev as case_rev,
      coalesce((select jsonb_agg(jsonb_build_object('id', p.photo_id, 'sha256', p.sha256, 'slot', p.slot,
                                                    'reason', p.reason) order by p.seq, p.photo_id)
                from photo p where p.intake_id = v.id), '[]'::jsonb) as photos
    from case_move v join cases c on c.id = v.case_id where v.id = :id
    """
)


async def move_receipt(session: AsyncSession, move_id: UUID) -> MoveReceipt:
    """The receipt of a move. Raises UnknownMove."""
    await session.flush()
    row = (await session.execute(_RECEIPT, {"id": move_id})).mappings().one_or_none()
    if row is None:
        raise UnknownMove()
    return MoveReceipt(
        id=row["id"],
        case_id=row["case_id"],
        state=row["state"],
        rev=1,
        payload_sha256=row["payload_sha256"],
        photos=[PhotoSlot.model_validate(photo) for photo in row["photos"]],
        received_at=row["received_at"],
        reason=row["held_reason"],
        case=CaseStanding(state=row["case_state"], rev=row["case_rev"]),
    )


async def own_move_receipt(session: AsyncSession, caller: Caller, case_id: UUID, move_id: UUID) -> MoveReceipt:
    """The receipt for whoever made the move. Raises UnknownMove, NotYours."""
    move = await session.get(CaseMove, move_id)
    if move is None or move.case_id != case_id:
        await standing_of(session, caller, await lock_case(session, case_id))
        raise UnknownMove()
    person, device = await caller.person(), await caller.device()
    if not owns(Author(person if move.captured_by else None, device), move.device_id, move.captured_by):
        raise NotYours()
    return await move_receipt(session, move_id)


async def move_owner(session: AsyncSession, move_id: UUID) -> Owner | None:
    move = await session.get(CaseMove, move_id)
    return Owner(move.device_id, move.captured_by) if move else None


def move_intake(caller_of: Any) -> Intake:
    """How photos of a move come in: they lock the move's case, so that two phones are served one after the other."""

    async def lock(session: AsyncSession, move_id: UUID) -> None:
        move = await session.get(CaseMove, move_id)
        if move is None:
            raise UnknownMove()
        await lock_case(session, move.case_id)

    async def received(session: AsyncSession, move_id: UUID, now: datetime) -> None:
        await complete_move(session, caller_of(session), move_id, now)

    return Intake(UnknownMove, move_owner, lock, received, move_receipt)
