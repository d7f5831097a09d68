"""A report comes in: report, photo slots, case, link and history in one transaction of at most five statements."""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.acceptance import Complaint, accept, told_kind, told_role
from backend.cases.access import SELF_HANDLED
from backend.cases.intake_sql import ACCEPT, ACCEPT_RECORD, HOLD
from backend.cases.place import Fix, PhotoPlace, Place, choose_place
from backend.cases.standing import Known, standing
from backend.core.auth import Author, Caller, Person
from backend.core.clock import uuid7
from backend.core.digest import DigestMismatch
from backend.core.errors import DomainError, Forbidden
from backend.core.geo import GeoPoint
from backend.core.roles import SQUAD_ROLES, Role
from backend.photos.models import VOICE
from backend.photos.schemas import PhotoManifest, PhotoSlot
from backend.reports.models import ReportKind
from backend.reports.receipts import report_receipt
from backend.reports.schemas import ReportFacts, ReportPayload, ReportReceipt
from backend.settings import Limits
from backend.territory.district import district_facts
from backend.territory.route import route
from backend.territory.rules import Route


class NotJson(DomainError):
    """A report is one JSON object."""

    status, code = 400, "not_json"


class TooLarge(DomainError):
    """A report without its photos is at most 64 kB."""

    status, code = 400, "too_large"


class IdMismatch(DomainError):
    """The report inside carries another id than the address."""

    status, code = 400, "id_mismatch"


class OtherBytes(DomainError):
    """This id is known with other bytes; nothing was changed."""

    status, code = 409, "other_bytes"


class NotYours(Forbidden):
    """This id belongs to somebody else."""

    code = "not_yours"


@dataclass(frozen=True)
class Answer:
    """Status and receipt: 201 new and durable, 200 known, 202 held for repair."""

    status: int
    receipt: ReportReceipt


async def receive_report(
    session: AsyncSession,
    caller: Caller,
    report_id: UUID,
    body: bytes,
    digest: str | None,
    now: datetime,
    limits: Limits,
) -> Answer:
    """Take in `PUT /reports/{report_id}` (contract.md, "A report").

    `digest` is the Content-Digest in hex or None. Raises NotJson, TooLarge, IdMismatch, DigestMismatch, OtherBytes,
    NotYours, TooMany, and what `Caller.author` raises. A JSON object that we cannot accept is held, not refused.
    """
    data = read_object(body, limits, report_id, digest)
    payload_sha256 = sha256(body).hexdigest()
    author = await caller.author(captured_by_of(data))
    stand = await standing(session, report_id, author, now, limits)
    if stand.known:
        return await _known(session, report_id, stand.known, author, payload_sha256)
    payload = accept(data, author, limits)
    stand.check(limits, holding=isinstance(payload, Complaint))
    if isinstance(payload, Complaint):
        return await _hold(session, report_id, body, payload_sha256, data, payload, author, now, limits)
    return await _accept(session, report_id, body, payload_sha256, payload, author, now, limits)


def read_object(body: bytes, limits: Limits, expected_id: UUID, digest: str | None) -> dict[str, Any]:
    """The JSON object in `body`, whose own id, if it has one, is `expected_id`."""
    if len(body) > limits.payload_bytes:
        raise TooLarge()
    if digest is not None and sha256(body).hexdigest() != digest:
        raise DigestMismatch()
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotJson() from error
    if not isinstance(data, dict):
        raise NotJson()
    if "id" in data and str(data["id"]).lower() != str(expected_id):
        raise IdMismatch()
    return data


def captured_by_of(data: dict[str, Any]) -> UUID | None:
    """The person whom a payload names. What is no UUID names nobody; the payload is held for it later."""
    try:
        return UUID(data["captured_by"]) if isinstance(data.get("captured_by"), str) else None
    except ValueError:
        return None


def owns(author: Author, device_id: UUID | None, captured_by: UUID | None) -> bool:
    """Whether `author` made what has this owner: a person's things are the person's, not the device's."""
    if captured_by is not None:
        return author.person_id == captured_by
    return author.person is None and author.device_id == device_id


async def _known(session: AsyncSession, report_id: UUID, known: Known, author: Author, payload_sha256: str) -> Answer:
    if not owns(author, known.device_id, known.captured_by):
        raise NotYours()
    if known.payload_sha256 != payload_sha256:
        raise OtherBytes()
    receipt = await report_receipt(session, report_id)
    assert receipt is not None
    return Answer(202 if receipt.state == "held" else 200, receipt)


def new_public_ref() -> str:
    """128 random bits in base32, small letters: long enough that nobody guesses one (contract.md)."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


async def _accept(
    session: AsyncSession,
    report_id: UUID,
    body: bytes,
    payload_sha256: str,
    payload: ReportPayload,
    author: Author,
    now: datetime,
    limits: Limits,
) -> Answer:
    is_case = payload.kind is not ReportKind.NOTHING_WRONG
    public_ref = new_public_ref()
    fix = payload.location
    values: dict[str, Any] = {
        "id": report_id,
        "kind": payload.kind,
        "device": author.device_id,
        "person": author.person_id,
        "payload": body,
        "sha": payload_sha256,
        "schema_version": payload.schema_version,
        "category": payload.category,
        "condition": payload.condition,
        "description": payload.description,
        "fix_lon": fix.lon if fix else None,
        "fix_lat": fix.lat if fix else None,
        "fix_accuracy": fix.accuracy_m if fix else None,
        "fix_source": fix.source if fix else None,
        "fix_at": fix.fix_at if fix else None,
        "captured_at": payload.captured_at_device,
        "clock_offset_ms": payload.clock_offset_ms,
        "consent": payload.consent,
        "photos_expected": len(payload.pictures),
        "now": now,
        "public_ref": public_ref,
        "photos": slots_json(payload.photos),
    }
    if is_case:
        values |= await case_values(session, payload, place_of(payload, payload.photos), author.person, now)
    if (await session.execute(ACCEPT if is_case else ACCEPT_RECORD, values)).first() is None:
        # The same id came in twice at once and the other one was faster.
        known = (await standing(session, report_id, author, now, limits)).known
        assert known is not None
        return await _known(session, report_id, known, author, payload_sha256)
    slots = [PhotoSlot(id=photo.id, sha256=photo.sha256, slot="expected") for photo in payload.photos]
    receipt = ReportReceipt(
        id=report_id,
        state="receiving",
        rev=1,
        public_ref=public_ref,
        payload_sha256=payload_sha256,
        photos=slots,
        received_at=now,
    )
    return Answer(201, receipt)


async def case_values(
    session: AsyncSession, facts: ReportFacts, place: Place | None, person: Person | None, now: datetime
) -> dict[str, Any]:
    """What a new case has besides its report: id, source, who the history says it was, and the routed place."""
    point = GeoPoint(lon=place.lon, lat=place.lat) if place else None
    found = await route(session, point, facts.category, (await district_facts(session)).local_day(now))
    values = place_values(place, found)
    if facts.kind is ReportKind.SELF_HANDLED:
        values["flags"] = [*found.flags, SELF_HANDLED]
    return {"case_id": uuid7(), **source_of(facts.kind, person), **values}


def source_of(kind: ReportKind, person: Person | None) -> dict[str, Any]:
    """From whom a case comes, and in which role. A squad's person reports problems as anybody does, but it is as one
    of the squad that a trifle was handled."""
    roles = person.roles if person else frozenset()
    if Role.INSPECTOR in roles:
        return {"source": "inspector", "actor_role": Role.INSPECTOR}
    squad = sorted(roles & SQUAD_ROLES) if kind is ReportKind.SELF_HANDLED else []
    return {"source": "staff" if person else "citizen", "actor_role": squad[0] if squad else Role.REPORTER}


def place_of(facts: ReportFacts, announced: Sequence[PhotoManifest]) -> Place | None:
    """The place of a report by the rule of contract.md, "Routing", from what the payload itself brings."""
    photos = [
        PhotoPlace(photo.exif.lon, photo.exif.lat, photo.exif.taken_at) for photo in announced if photo.exif is not None
    ]
    fix = Fix(**facts.location.model_dump()) if facts.location else None
    return choose_place(fix, photos, facts.captured_at_device)


def place_values(place: Place | None, found: Route) -> dict[str, Any]:
    """The place and routing columns of a case."""
    return {
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "place_source": place.source if place else None,
        "accuracy": place.accuracy_m if place else None,
        "cell": found.cell,
        "community": found.community_code,
        "street": found.street_code,
        "squad": found.squad_code,
        "flags": found.flags,
        "why": json.dumps(found.why, ensure_ascii=False),
    }


def slots_json(photos: list[PhotoManifest]) -> str:
    """The manifest as rows for jsonb_to_recordset, each with the id under which it will be shown."""
    return json.dumps([{**photo.model_dump(mode="json"), "media_id": str(uuid7())} for photo in photos])


async def _hold(
    session: AsyncSession,
    report_id: UUID,
    body: bytes,
    payload_sha256: str,
    data: dict[str, Any],
    complaint: Complaint,
    author: Author,
    now: datetime,
    limits: Limits,
) -> Answer:
    photos = _photos_that_can_be_told(data, limits.photos_per_report)
    values = {
        "id": report_id,
        "device": author.device_id,
        "person": author.person_id,
        "payload": body,
        "sha": payload_sha256,
        "photos_expected": sum(photo["role"] != VOICE for photo in photos),
        "now": now,
        "public_ref": new_public_ref(),
        "kind": told_kind(data),
        "reason": complaint.reason,
        "detail": complaint.detail.replace("\x00", "")[:500].encode("utf-8", "replace").decode(),
        "photos": json.dumps(photos),
    }
    await session.execute(HOLD, values)
    receipt = await report_receipt(session, report_id)
    assert receipt is not None
    if receipt.payload_sha256 != payload_sha256:
        raise OtherBytes()
    return Answer(202, receipt)


def _photos_that_can_be_told(data: dict[str, Any], most: int) -> list[dict[str, Any]]:
    """Photos of a held report: whatever names an id and a digest, each id once, at most `most` and a voice note."""
    found: dict[str, dict[str, Any]] = {}
    listed = data.get("photos")
    for entry in listed if isinstance(listed, list) else []:
        try:
            photo_id, digest = UUID(entry["id"]), bytes.fromhex(entry["sha256"])
        except (TypeError, KeyError, ValueError, AttributeError):
            continue
        voice = told_role(entry) == VOICE
        if len(digest) == 32 and len(found) < most + (voice or any(row["role"] == VOICE for row in found.values())):
            row = {"id": str(photo_id), "seq": len(found) + 1, "sha256": digest.hex(), "media_id": str(uuid7())}
            found.setdefault(str(photo_id), {**row, "role": told_role(entry)})
    return list(found.values())
