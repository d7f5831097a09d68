"""A report is complete: its last photo has a final slot. An inspector's is filed and dispatched at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import SELF_HANDLED
from backend.cases.clocks import follow
from backend.cases.filing import file_when_clear
from backend.cases.history import Actor, record
from backend.cases.models import Case, CaseReport
from backend.cases.photo_intake import Intake, Owner
from backend.cases.self_handling import close_self_handled
from backend.core.errors import NotFound
from backend.core.geo import GeoPoint
from backend.core.roles import Role
from backend.reports.models import Report, ReportKind, ReportState
from backend.reports.receipts import report_receipt
from backend.reports.schemas import ReportReceipt
from backend.territory.district import district_facts
from backend.territory.route import route


class UnknownReport(NotFound):
    """This report is not known here: send it again, then its photos."""

    code = "unknown_report"


async def _owner(session: AsyncSession, report_id: UUID) -> Owner | None:
    row = (
        await session.execute(select(Report.device_id, Report.captured_by).where(Report.id == report_id))  # type: ignore[call-overload]
    ).one_or_none()
    return Owner(row.device_id, row.captured_by) if row else None


async def _lock(session: AsyncSession, report_id: UUID) -> None:
    await session.execute(text("select from report where id = :id for update"), {"id": report_id})


async def _receipt(session: AsyncSession, report_id: UUID) -> ReportReceipt:
    receipt = await report_receipt(session, report_id)
    if receipt is None:
        raise UnknownReport()
    return receipt


async def complete_report(session: AsyncSession, report_id: UUID, now: datetime) -> None:
    """Mark the report complete (a held one stays held) and let its case go on.

    If a photo brought the first position, the case is routed again. Safe to run twice.
    """
    report = await session.get(Report, report_id, with_for_update=True)
    assert report is not None
    if report.state != ReportState.RECEIVING:
        return
    report.state = ReportState.COMPLETE
    report.completed_at = now
    report.rev += 1
    if report.kind == ReportKind.NOTHING_WRONG:
        await session.flush()
        return
    case = await case_of_report(session, report_id)
    if case.state != "submitted":
        await session.flush()
        return
    if case.place is None:
        await _place_from_photos(session, case, report, now)
    if SELF_HANDLED in case.flags:
        await close_self_handled(session, case, report, now)
    elif case.source == "inspector":
        actor = Actor(Role.INSPECTOR, report.captured_by, report.device_id)
        if await file_when_clear(session, case, actor, now):
            case.rev += 1
        else:
            await follow(session, case, now)
    else:
        await follow(session, case, now)
    case.updated_at = now
    await session.flush()


async def case_of_report(session: AsyncSession, report_id: UUID) -> Case:
    """The case that a report belongs to, locked. Raises NotFound for a held report, which has none."""
    statement = (
        select(Case)
        .join(CaseReport, CaseReport.case_id == Case.id)  # type: ignore[arg-type]
        .where(CaseReport.report_id == report_id)  # type: ignore[arg-type]
        .with_for_update(of=Case)
    )
    case = (await session.execute(statement)).scalar_one_or_none()
    if case is None:
        raise NotFound()
    return case


async def _place_from_photos(session: AsyncSession, case: Case, report: Report, now: datetime) -> None:
    statement = text(
        """
        select (facts->>'lon')::float8 as lon, (facts->>'lat')::float8 as lat from photo
        where intake_id = :id and facts->>'lon' is not null and facts->>'lat' is not null order by seq limit 1
        """
    )
    row = (await session.execute(statement, {"id": report.id})).one_or_none()
    point = GeoPoint.of(row.lon, row.lat) if row else None
    if point is None or point.is_null_island:
        return
    found = await route(session, point, case.class_code, (await district_facts(session)).local_day(now))
    before = {"squad": case.squad_code, "why": case.why}
    case.place, case.place_source = point.ewkt(), "exif"
    case.cell_code, case.community_code, case.street_code = found.cell, found.community_code, found.street_code
    case.squad_code, case.flags, case.why = found.squad_code, found.flags, found.why
    await record(
        session, case.id, now, "placed", case.state, case.state, Actor("system"),
        squad_code=case.squad_code, data={"before": before, "why": found.why, "source": "exif"},
    )  # fmt: skip


REPORT_INTAKE = Intake(UnknownReport, _owner, _lock, complete_report, _receipt)
