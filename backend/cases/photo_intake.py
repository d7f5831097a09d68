"""A photo comes in, for a report or for a move: the same code, statuses and order of writes for both."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.intake import NotYours, owns
from backend.core.auth import Author, Caller
from backend.core.db import Transactions
from backend.core.digest import DigestMismatch, digest_of
from backend.core.errors import DomainError
from backend.core.faults import Faults
from backend.core.problems import problem
from backend.photos import service as photos
from backend.photos.service import DigestDiffers, Kept, PhotoDesk, PhotoTooLarge

INTAKE = {"X-Intake": "1"}


@dataclass(frozen=True)
class Owner:
    """Who owns a report or a move."""

    device_id: UUID | None
    captured_by: UUID | None


@dataclass(frozen=True)
class Intake:
    """What differs between a report and a move.

    `owner` reads the owner (None: unknown); `lock` takes the row's lock; `received` runs in the transaction that
    filled the last expected slot; `receipt` reads the answer.
    """

    unknown: type[DomainError]
    owner: Callable[[AsyncSession, UUID], Awaitable[Owner | None]]
    lock: Callable[[AsyncSession, UUID], Awaitable[None]]
    received: Callable[[AsyncSession, UUID, datetime], Awaitable[None]]
    receipt: Callable[[AsyncSession, UUID], Awaitable[BaseModel]]


CallerOf = Callable[[AsyncSession], Caller]


async def receive_photo(
    request: Request[Any, Any, Any],
    transactions: Transactions,
    caller_of: CallerOf,
    desk: PhotoDesk,
    intake: Intake,
    intake_id: UUID,
    photo_id: UUID,
    now: datetime,
) -> Response[Any]:
    """`PUT …/photos/{photo_id}` (contract.md, "On the server"): `take_photo` with the body of the request."""
    declared = digest_of(request.headers.get("content-digest"))
    length = request.headers.get("content-length", "")
    return await take_photo(
        lambda sha256: _chunks(request, sha256, desk.faults),
        transactions, caller_of, desk, intake, intake_id, photo_id, now,
        declared=declared, length=int(length) if length.isdigit() else None,
    )  # fmt: skip


async def take_photo(
    chunks: Callable[[str], AsyncIterator[bytes]],
    transactions: Transactions,
    caller_of: CallerOf,
    desk: PhotoDesk,
    intake: Intake,
    intake_id: UUID,
    photo_id: UUID,
    now: datetime,
    *,
    declared: str | None = None,
    length: int | None = None,
) -> Response[Any]:
    """A short transaction, the bytes, a short transaction. `chunks` is asked for the bytes only when they are wanted.

    No connection is held while a phone sends slowly. Object first, row second: an orphan object may exist, a stored
    slot without its object never.
    """
    async with transactions() as session:
        author = await _author(session, caller_of(session), intake, intake_id)
        slot = await photos.slot_of(session, intake_id, photo_id)
        if declared is not None and declared != slot.sha256:
            raise DigestDiffers()
        if slot.slot == "refused":
            return _refused(slot.reason or "unsupported_image")
        if slot.slot != "expected":
            return Response(await intake.receipt(session, intake_id), status_code=200, headers=INTAKE)
        await photos.check_daily_bytes(session, author, now, desk.limits)
    desk.check_space()
    if length is not None and length > desk.limits.photo_bytes:
        raise PhotoTooLarge(limit=desk.limits.photo_bytes)
    await desk.faults("before_body")
    kept = await desk.keep(slot, chunks(slot.sha256), declared)
    async with transactions() as session:
        await intake.lock(session, intake_id)
        await desk.hold(session, kept)
        new = await photos.fill_slot(session, intake_id, photo_id, kept, now)
        if new and await photos.still_expected(session, intake_id) == 0:
            await intake.received(session, intake_id, now)
        receipt = None if kept.refused else await intake.receipt(session, intake_id)
        await desk.faults("before_commit")
    await desk.faults("after_commit")
    if kept.refused:
        return _refused(kept.refused, kept)
    return Response(receipt, status_code=201 if new else 200, headers=INTAKE)


async def _author(session: AsyncSession, caller: Caller, intake: Intake, intake_id: UUID) -> Author:
    owner = await intake.owner(session, intake_id)
    if owner is None:
        await caller.device()  # an unknown token is told so, whatever it asks for
        raise intake.unknown()
    author = await caller.author(owner.captured_by)
    if not owns(author, owner.device_id, owner.captured_by):
        raise NotYours()
    return author


async def _chunks(request: Request[Any, Any, Any], expected: str, faults: Faults) -> AsyncIterator[bytes]:
    """The body, or DigestMismatch when the phone went away in the middle."""
    try:
        async for chunk in request.stream():
            yield chunk
            await faults("mid_body")
    except DomainError:
        raise
    except Exception as error:
        if "disconnect" in str(error):
            raise DigestMismatch("The connection ended before the photo did.", expected=expected) from error
        raise


def _refused(reason: str, kept: Kept | None = None) -> Response[Any]:
    """Final: the slot is refused, which is committed, so this is an answer and not an exception."""
    if reason == "too_many_pixels":
        return problem(413, "too_large", "The picture has more pixels than the server takes.", reason=reason)
    if reason == "too_large":
        return problem(413, "too_large", "The voice note is longer than the server takes.", reason=reason)
    if reason == "not_audio":
        return problem(415, "not_audio", "This is no voice note in WebM, MP4 or Ogg.", reason=reason)
    return problem(415, "unsupported_image", "This is no JPEG, PNG, WebP or HEIC picture.", reason=reason)
