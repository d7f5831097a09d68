"""Receipts: the truth about a report, read in one statement."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.reports.schemas import ReportReceipt

_RECEIPTS = text(
    """
    select r.id, r.state, r.rev, r.public_ref, r.payload_sha256, r.received_at, r.held_reason as reason,
      coalesce((select jsonb_agg(jsonb_build_object('id', p.photo_id, 'sha256', p.sha256, 'slot', p.slot,
                                                    'reason', p.reason) order by p.seq, p.photo_id)
                from photo p where p.intake_id = r.id), '[]'::jsonb) as photos
    from report r
    where r.id = any(:ids)
      and (not :only_own or (captured_by is not null and captured_by = :person) or device_id = :device)
    """
)


async def report_receipt(session: AsyncSession, report_id: UUID) -> ReportReceipt | None:
    """The receipt of a report, whoever asks; None when the report is unknown."""
    found = await _receipts(session, [report_id], only_own=False, device=None, person=None)
    return found[0] if found else None


async def own_receipts(
    session: AsyncSession, ids: Sequence[UUID], device: UUID | None, person: UUID | None
) -> list[ReportReceipt]:
    """Receipts of those `ids` that this device sent or this person captured."""
    return await _receipts(session, ids, only_own=True, device=device, person=person)


async def _receipts(
    session: AsyncSession, ids: Sequence[UUID], *, only_own: bool, device: UUID | None, person: UUID | None
) -> list[ReportReceipt]:
    values = {"ids": list(ids), "only_own": only_own, "device": device, "person": person}
    rows = (await session.execute(_RECEIPTS, values)).mappings()
    return [ReportReceipt.model_validate(dict(row)) for row in rows]
