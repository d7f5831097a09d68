"""A case is taken in at the desk: report, case, origin and complainant in one transaction (docs/adr/0088)."""

import json
import re
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.clocks import follow
from backend.cases.desk.models import CaseOrigin, Complainant
from backend.cases.desk.schemas import DeskCase, DeskReport
from backend.cases.history import Actor, record
from backend.cases.intake import OtherBytes, new_public_ref
from backend.cases.lifecycle import State
from backend.cases.models import Case, CaseReport
from backend.cases.sources import Source, source_of
from backend.core.auth import Person
from backend.core.clock import uuid7
from backend.core.errors import DomainError
from backend.core.roles import INTAKE_ROLES
from backend.reports.models import Report, ReportState
from backend.territory.district import district_facts
from backend.territory.route import route


class ExternalNumberRequired(DomainError):
    """This source has numbers of its own: it is needed, so that nothing is taken in twice."""

    status, code = 422, "external_number_required"


class ComplainantRequired(DomainError):
    """This source is answered to somebody: a name or a phone is needed."""

    status, code = 422, "complainant_required"


class CampaignRequired(DomainError):
    """Which campaign it belongs to is needed."""

    status, code = 422, "campaign_required"


# One at a time in a district: two people who paste the same number at once make one case.
_ALONE = text("select pg_advisory_xact_lock(hashtext('desk:' || current_schema()))")
_KNOWN = text(
    """
    select r.id, r.payload_sha256, r.public_ref, c.id as case_id, c.state, c.rev, c.number, o.source,
      o.external_number, o.received_at
    from report r
    left join case_report l on l.report_id = r.id
    left join cases c on c.id = l.case_id
    left join case_origin o on o.report_id = r.id
    """
)
_BY_ID = text(f"{_KNOWN} where r.id = :id")
_BY_NUMBER = text(f"{_KNOWN} where o.source = :source and o.external_number = :number")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
_DIGITS = str.maketrans("０１２３４５６７８９－", "0123456789-")


async def take_in(
    session: AsyncSession, data: DeskReport, by: Person, now: datetime, digest: str | None = None
) -> DeskCase:
    """Make a case of what came by a hotline, a letter, the city. It starts submitted, routed, its intake clock running.

    The same report again, or the same number of the same source, answers the case that is there. `digest`: what the
    report is compared by if that is not its own content, in hex. Raises UnknownSource, ExternalNumberRequired,
    ComplainantRequired, CampaignRequired, OtherBytes.
    """
    district = await district_facts(session)
    source = await source_of(session, data.source, district.local_day(now))
    await session.execute(_ALONE)
    digest = digest or sha256(_canonical(data)).hexdigest()
    known = (await session.execute(_BY_ID, {"id": data.id})).mappings().one_or_none()
    if known:
        if known["payload_sha256"] != digest:
            raise OtherBytes()
        return _answer(dict(known), "id")
    _check(source, data)
    if data.external_number:
        values = {"source": data.source, "number": data.external_number}
        known = (await session.execute(_BY_NUMBER, values)).mappings().one_or_none()
        if known:
            return _answer(dict(known), "external_number")
    report, case = await _make(session, data, digest, by, now)
    origin = _origin(data, report.id, case.id, now)
    session.add(origin)
    if data.complainant and data.complainant.is_told:
        session.add(Complainant(case_id=case.id, **data.complainant.model_dump()))
    await session.flush()
    return DeskCase(
        report.id, case.id, case.state, case.rev, case.number, report.public_ref, origin.source,
        origin.external_number, origin.received_at,
    )  # fmt: skip


def _canonical(data: DeskReport) -> bytes:
    """What two reports are compared by: nulls and blanks that were left out or sent are the same report."""
    return json.dumps(data.model_dump(mode="json", exclude_defaults=True), sort_keys=True, ensure_ascii=False).encode()


def _check(source: Source, data: DeskReport) -> None:
    if source.needs_external_number and not data.external_number:
        raise ExternalNumberRequired(source=source.code)
    told = data.complainant
    if source.needs_complainant and not (told and (told.name or told.phone)):
        raise ComplainantRequired(source=source.code)
    if source.needs_campaign and not data.campaign:
        raise CampaignRequired(source=source.code)


def description_of(data: DeskReport) -> str:
    """What the field reads: description and place in words, without any phone number and without the complainant."""
    words = data.description
    if data.place_text and data.place_text not in words:
        words = f"{words}（地点：{data.place_text}）"
    told = data.complainant
    for secret in sorted(filter(None, (told.name, told.phone) if told else ()), key=len, reverse=True):
        if len(secret) > 1:
            words = words.replace(secret, "（略）")
    return _PHONE.sub("（略）", words.translate(_DIGITS))


async def _make(session: AsyncSession, data: DeskReport, digest: str, by: Person, now: datetime) -> tuple[Report, Case]:
    point = data.location if data.location and not data.location.is_null_island else None
    found = await route(session, point, data.category, (await district_facts(session)).local_day(now))
    description = description_of(data)
    place = point.ewkt() if point else None
    report = Report(
        id=data.id,
        state=ReportState.COMPLETE,
        captured_by=by.id,
        payload=_kept(data, description),
        payload_sha256=digest,
        schema_version=1,
        category=data.category,
        condition=data.condition,
        description=description,
        place=place,
        fix_source="desk" if point else None,
        received_at=now,
        completed_at=now,
        public_ref=new_public_ref(),
    )
    case = Case(
        id=uuid7(),
        state=State.SUBMITTED,
        source=data.source,
        class_code=data.category,
        condition_code=data.condition,
        description=description,
        place=place,
        place_source="operator" if point else None,
        cell_code=found.cell,
        community_code=found.community_code,
        street_code=found.street_code,
        squad_code=found.squad_code,
        flags=found.flags,
        why=found.why,
        submitted_at=now,
        updated_at=now,
    )
    session.add_all([report, case])
    await session.flush()
    session.add(CaseReport(report_id=report.id, case_id=case.id))
    role = sorted(by.roles & INTAKE_ROLES, reverse=True)[0]
    submitted = {"report_id": str(report.id), "why": found.why, "flags": found.flags, "source": data.source}
    number = {"external_number": data.external_number} if data.external_number else {}
    await record(
        session, case.id, now, "submit", None, State.SUBMITTED, Actor(role, by.id),
        squad_code=case.squad_code, data={**submitted, **number},
    )  # fmt: skip
    await follow(session, case, now)
    return report, case


def _kept(data: DeskReport, description: str) -> bytes:
    """The report's own payload: what came in but for who complained, whose one place is `complainant`."""
    kept = data.model_dump(mode="json", exclude={"complainant", "text"})
    return json.dumps({**kept, "description": description, "place_text": ""}, ensure_ascii=False).encode()


def _origin(data: DeskReport, report_id: UUID, case_id: UUID, now: datetime) -> CaseOrigin:
    return CaseOrigin(
        case_id=case_id,
        report_id=report_id,
        source=data.source,
        external_number=data.external_number or None,
        received_at=data.received_at or now,
        channel=data.channel,
        campaign=data.campaign,
        raw_text=data.text,
    )


def _answer(row: dict[str, object], known: str) -> DeskCase:
    row.pop("payload_sha256")
    return DeskCase(**row, known=known)  # type: ignore[arg-type]
