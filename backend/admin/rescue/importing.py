"""A rescue file becomes reports and moves by the very code of the wire, under the ids that the phone gave them.

So the phone, when it has signal again, is answered 200 for all of it, and the same file twice changes nothing.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.archive import RescueFile, open_rescue
from backend.admin.rescue.key import rescue_key
from backend.admin.rescue.schemas import RescuedItem, RescueItem, RescueOut
from backend.cases.completion import REPORT_INTAKE
from backend.cases.intake import receive_report
from backend.cases.photo_intake import Intake, take_photo
from backend.core.auth import Person
from backend.core.db import Transactions
from backend.core.errors import DomainError
from backend.core.roles import INTAKE_ROLES
from backend.dispatch.moves import move_intake, receive_move
from backend.dispatch.schemas import MoveReceipt
from backend.identity.devices import register
from backend.identity.owners import OwnerCaller
from backend.photos.service import PhotoDesk
from backend.reports.schemas import ReportReceipt
from backend.settings import Settings

log = structlog.get_logger()

CHUNK = 256 * 1024
NO_LIMIT = 2**31 - 1


class BadItem(DomainError):
    """This item cannot be read."""

    status, code = 422, "bad_item"


class PhotoNotInFile(DomainError):
    """The file does not hold this photo."""

    status, code = 422, "photo_not_in_file"


class OwnerUnproven(DomainError):
    """Nothing shows that this was made by the person it names: that person has to bring the file."""

    status, code = 403, "owner_unproven"


class PhotoRefused(DomainError):
    """This is no photo that the server takes."""

    status, code = 415, "unsupported_image"


@dataclass(frozen=True)
class Import:
    """One file being imported: who it is from, where it goes, and when. Limits per minute and day do not hold here:
    a staff member decides to let all of it in."""

    file: RescueFile
    device_id: UUID
    transactions: Transactions
    photos: PhotoDesk
    now: datetime
    importer: Person | None


async def import_rescue(
    path: Path,
    settings: Settings,
    transactions: Transactions,
    photos: PhotoDesk,
    now: datetime,
    by: Person | str,
) -> RescueOut:
    """Import a rescue file, each item in transactions of its own: one bad item does not stop the others.

    `by` is who does it: a person, for whom `owner_unproven` holds, or a name for the log (whoever runs commands on the
    server is trusted). Raises RescueUnreadable, RescueOtherKey, RescueDamaged before anything is
    stored; SecretDiffers, DeviceBlocked; NoSpace, NotReady half-way, after which the same file may come again.
    """
    key = rescue_key(settings.secret)
    limits = replace(photos.limits, reports_per_minute=NO_LIMIT, held_per_device=NO_LIMIT, photo_bytes_per_day=2**62)
    opening = open_rescue(path, key)
    file = await asyncio.to_thread(opening.__enter__)
    try:
        device = file.manifest.device
        async with transactions() as session:
            await register(
                session, device.device_id, device.secret, None, net="rescue", now=now, per_minute=NO_LIMIT
            )  # fmt: skip
        importer = by if isinstance(by, Person) else None
        run = Import(file, device.device_id, transactions, replace(photos, limits=limits), now, importer)
        found = [await _item(run, raw) for raw in file.manifest.items]
    finally:
        opening.__exit__(None, None, None)
    results = Counter(item.result for item in found)
    name = by.username if isinstance(by, Person) else by
    log.info("rescue_imported", by=name, device=str(device.device_id), results=dict(results))
    return RescueOut(items=found)


async def _item(run: Import, raw: dict[str, Any]) -> RescuedItem:
    out = RescuedItem(id=str(raw.get("id", ""))[:100], kind=str(raw.get("kind", ""))[:20], result="refused")
    try:
        item = _read(raw)
        status, receipt = await _receive(run, item)
    except DomainError as error:
        if error.status in (503, 507):
            raise
        return out.model_copy(update={"code": error.code, "detail": error.detail})
    except UnicodeError:
        return out.model_copy(update={"code": BadItem.code, "detail": "The payload is no Unicode text."})
    code, detail = None, ""
    for photo in [one for one in receipt.photos if one.slot == "expected"]:
        try:
            await _photo(run, item, photo.id)
        except DomainError as error:
            if error.status in (503, 507):
                raise
            code, detail = code or error.code, detail or f"{photo.id}: {error.detail}"
    async with run.transactions() as session:
        receipt = await _intake(run, item).receipt(session, item.id)  # type: ignore[assignment]
    slots = [one.slot for one in receipt.photos]
    result = receipt.state if receipt.state in ("held", "conflicting") else "stored" if status == 201 else "known"
    counts = {
        "photos_stored": sum(slot not in ("expected", "refused") for slot in slots),
        "photos_missing": slots.count("expected"),
    }
    return out.model_copy(update={"result": result, "code": code or receipt.reason, "detail": detail, **counts})


def _read(raw: dict[str, Any]) -> RescueItem:
    try:
        return RescueItem.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadItem(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


async def _receive(run: Import, item: RescueItem) -> tuple[int, ReportReceipt | MoveReceipt]:
    """The item itself, as `PUT` would take it in: status and receipt."""
    body = item.payload.encode()
    async with run.transactions() as session:
        await _prove(session, run, item.owner)
        caller, limits = OwnerCaller(session, run.now, run.device_id, item.owner), run.photos.limits
        if item.kind == "report":
            report = await receive_report(session, caller, item.id, body, item.payload_sha256, run.now, limits)
            return report.status, report.receipt
        if item.subject is None:
            raise BadItem("subject: a move names its case")
        move = await receive_move(
            session, caller, item.subject, item.id, body, item.payload_sha256, run.now, limits
        )  # fmt: skip
        return move.status, move.receipt


_USED_BY = text(
    """
    select exists (select from report where device_id = :device and captured_by = :owner)
        or exists (select from case_move where device_id = :device and captured_by = :owner)
    """
)


async def _prove(session: AsyncSession, run: Import, owner: UUID | None) -> None:
    """Anybody can write a name into a file. Items of a person come in when that person brings them, or when the desk
    does and this phone (its secret shows that it is this one) has sent in that name before. Raises OwnerUnproven."""
    importer = run.importer
    if importer is None or (owner is not None and owner == importer.id):
        return
    if importer.roles & INTAKE_ROLES:
        if owner is None:
            return
        if (await session.execute(_USED_BY, {"device": run.device_id, "owner": owner})).scalar_one():
            return
    raise OwnerUnproven()


async def _photo(run: Import, item: RescueItem, photo_id: UUID) -> None:
    body = await asyncio.to_thread(run.file.photo, photo_id, run.photos.limits.photo_bytes)
    if body is None:
        raise PhotoNotInFile()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), CHUNK):
            yield body[start : start + CHUNK]

    def caller_of(session: AsyncSession) -> OwnerCaller:
        return OwnerCaller(session, run.now, run.device_id, item.owner)

    answer = await take_photo(
        lambda _: chunks(), run.transactions, caller_of, run.photos, _intake(run, item), item.id, photo_id,
        run.now, length=len(body),
    )  # fmt: skip
    if answer.status_code not in (200, 201):
        raise PhotoRefused(answer.content["detail"])


def _intake(run: Import, item: RescueItem) -> Intake:
    if item.kind == "report":
        return REPORT_INTAKE
    return move_intake(lambda session: OwnerCaller(session, run.now, run.device_id, item.owner))
