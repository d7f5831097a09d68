"""A held report is settled by the desk: repaired into a proper report, or refused with a reason.

The bytes that the phone sent and their hash stay as they are, so every receipt that the phone has still holds.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.acceptance import complain, told_manifest
from backend.cases.completion import UnknownReport, case_of_report, complete_report
from backend.cases.history import Actor, record
from backend.cases.intake import case_values, place_of
from backend.cases.intake_sql import CASE_OF_REPORT
from backend.cases.lifecycle import FIELD, Action, State, next_move
from backend.cases.place import Place
from backend.cases.schemas import HeldRefusal, HeldSettled, Repair
from backend.core.auth import Person
from backend.core.errors import DomainError
from backend.core.roles import INTAKE_ROLES
from backend.identity.people import find_person
from backend.photos.schemas import PhotoManifest
from backend.photos.service import still_expected
from backend.reports.models import Report, ReportKind, ReportState
from backend.reports.schemas import ReportFacts


class NotHeld(DomainError):
    """This report is not held (any more)."""

    status, code = 409, "not_held"


class KindImpossible(DomainError):
    """The report does not bring what this kind asks for."""

    status, code = 422, "kind_impossible"


@dataclass(frozen=True)
class Salvaged:
    """What can be read of a held report."""

    facts: ReportFacts
    consent: str | None
    photos: list[PhotoManifest]


async def repair(session: AsyncSession, report_id: UUID, data: Repair, by: Person, now: datetime) -> HeldSettled:
    """Make a proper report of a held one. Raises UnknownReport, NotHeld, KindImpossible.

    It is routed as if it came now and goes on as its photos allow: complete when all are here, else receiving.
    """
    report = await _held(session, report_id)
    person = await find_person(session, report.captured_by, now) if report.captured_by else None
    found = salvage(report)
    kind = await _kind(session, report, found.facts, data, person)
    facts = found.facts.model_copy(
        update={"kind": kind, **data.model_dump(include={"category", "condition", "description"}, exclude_none=True)}
    )
    if "location" in data.model_fields_set:
        place = Place(data.location.lon, data.location.lat, "operator") if data.location else None
    else:
        place = place_of(found.facts, found.photos)
    held = {"reason": report.held_reason, "detail": report.held_detail}
    await _settle(session, report, found, kind)
    if kind is not ReportKind.NOTHING_WRONG:
        case_id = await _make_case(session, report, facts, place, person, now)
        corrected = data.model_dump(mode="json", exclude={"note"}, exclude_unset=True)
        await record(
            session, case_id, now, "repair", State.SUBMITTED, State.SUBMITTED, _desk(by),
            note=data.note, data={"held": held, "corrected": corrected},
        )  # fmt: skip
    return await _go_on(session, report, now)


async def refuse(session: AsyncSession, report_id: UUID, data: HeldRefusal, by: Person, now: datetime) -> HeldSettled:
    """Refuse a held report: a case in state refused, with the reason that its reporter reads.

    Raises UnknownReport, NotHeld.
    """
    report = await _held(session, report_id)
    person = await find_person(session, report.captured_by, now) if report.captured_by else None
    found = salvage(report)
    facts = found.facts.model_copy(update={"kind": ReportKind.PROBLEM})
    held = {"reason": report.held_reason, "detail": report.held_detail}
    await _settle(session, report, found, ReportKind.PROBLEM)
    await _make_case(session, report, facts, place_of(found.facts, found.photos), person, now)
    case = await case_of_report(session, report.id)
    move = next_move(State(case.state), Action.REFUSE, by.roles & INTAKE_ROLES)
    case.state, case.rev, case.updated_at = move.to, case.rev + 1, now
    case.refuse_reason, case.refuse_responsible = data.reason, data.responsible
    await record(
        session, case.id, now, Action.REFUSE, State.SUBMITTED, move.to, _desk(by),
        reason=data.reason, data={"held": held, "responsible": data.responsible},
    )  # fmt: skip
    await session.flush()
    return await _go_on(session, report, now)


async def _held(session: AsyncSession, report_id: UUID) -> Report:
    report = await session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None:
        raise UnknownReport()
    if report.state != ReportState.HELD:
        raise NotHeld(report_state=report.state)
    return report


def _desk(by: Person) -> Actor:
    return Actor(sorted(by.roles & INTAKE_ROLES, reverse=True)[0], by.id)


def salvage(report: Report) -> Salvaged:
    """Every field of the payload that can be read by itself; the others are left out."""
    raw: dict[str, Any] = json.loads(report.payload.decode("utf-8", "replace"))
    data = {key: _clean(value) if isinstance(value, str) else value for key, value in raw.items()}
    stand_ins = {"schema_version": 1, "captured_at_device": report.received_at, "consent": "?"}
    while True:
        try:
            facts = ReportFacts.model_validate(data)
            break
        except ValidationError as error:
            for name in {str(one["loc"][0]) for one in error.errors()}:
                data.pop(name, None)
                if name in stand_ins:
                    data[name] = stand_ins[name]
    listed = raw.get("photos")
    photos = [told_manifest(entry) for entry in listed] if isinstance(listed, list) else []
    consent = None if facts.consent == "?" else facts.consent
    return Salvaged(facts, consent, [photo for photo in photos if photo is not None])


def _clean(value: str) -> str:
    """Text that PostgreSQL can keep: no NUL, no halves of surrogate pairs."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


async def _kind(
    session: AsyncSession, report: Report, facts: ReportFacts, data: Repair, person: Person | None
) -> ReportKind:
    """The kind that the desk chose, else the one that was sent if the report has what it asks for, else a problem."""
    statement = text("select role from photo where intake_id = :id and slot <> 'refused'")
    roles = (await session.execute(statement, {"id": report.id})).scalars().all()
    chosen = data.kind or facts.kind
    complaint = complain(chosen, person is not None and bool(person.roles & FIELD), roles)
    if complaint is None:
        return chosen
    if data.kind is not None:
        raise KindImpossible(complaint.detail, reason=complaint.reason)
    return ReportKind.PROBLEM


async def _settle(session: AsyncSession, report: Report, found: Salvaged, kind: ReportKind) -> None:
    """The report's own columns, and its slots with what the manifest says of them."""
    facts = found.facts
    report.state, report.kind, report.rev = ReportState.RECEIVING, kind, report.rev + 1
    report.held_reason = report.held_detail = None
    report.schema_version, report.consent = facts.schema_version, found.consent
    report.category, report.condition, report.description = facts.category, facts.condition, facts.description
    report.captured_at_device, report.clock_offset_ms = facts.captured_at_device, facts.clock_offset_ms
    if facts.location is not None:
        fix = facts.location
        report.place = f"SRID=4326;POINT({fix.lon!r} {fix.lat!r})"
        report.accuracy_m, report.fix_source, report.fix_at = fix.accuracy_m, fix.source, fix.fix_at
    await session.flush()
    values = {"id": report.id, "photos": json.dumps([photo.model_dump(mode="json") for photo in found.photos])}
    await session.execute(_DESCRIBE, values)


_DESCRIBE = text(
    """
    update photo set seq = p.seq, mime = p.mime, width = p.width, height = p.height, taken_at = p.taken_at,
      exif = p.exif, size = case when photo.slot = 'expected' then p.size else photo.size end
    from jsonb_to_recordset(cast(:photos as jsonb)) as p(id uuid, seq int, sha256 text, size int, mime text, width int,
      height int, taken_at timestamptz, exif jsonb)
    where photo.intake_id = :id and photo.photo_id = p.id and photo.sha256 = p.sha256
    """
)


async def _make_case(
    session: AsyncSession, report: Report, facts: ReportFacts, place: Place | None, person: Person | None, now: datetime
) -> UUID:
    values = await case_values(session, facts, place, person, now)
    case_id: UUID = values["case_id"]
    values |= {
        "report_id": report.id,
        "category": facts.category,
        "condition": facts.condition,
        "description": facts.description,
        "person": report.captured_by,
        "device": report.device_id,
        "received_at": report.received_at,
        "now": now,
    }
    await session.execute(CASE_OF_REPORT, values)
    return case_id


async def _go_on(session: AsyncSession, report: Report, now: datetime) -> HeldSettled:
    if await still_expected(session, report.id) == 0:
        await complete_report(session, report.id, now)
    case = await case_of_report(session, report.id) if report.kind != ReportKind.NOTHING_WRONG else None
    return HeldSettled.model_validate(
        {
            "report_id": report.id,
            "report_state": report.state,
            "kind": report.kind,
            "case_id": case.id if case else None,
            "case_state": case.state if case else None,
            "rev": case.rev if case else None,
        }
    )
