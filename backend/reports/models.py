"""Reports: what somebody sent, immutable, kept as sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel


class ReportKind(StrEnum):
    """What a report is: a problem for the organisation, a trifle that its finder handled on the spot (自处置), or the
    finder's own record that nothing is wrong (此处正常), which makes no case."""

    PROBLEM = "problem"
    SELF_HANDLED = "self_handled"
    NOTHING_WRONG = "nothing_wrong"


class ReportState(StrEnum):
    RECEIVING = "receiving"
    COMPLETE = "complete"
    HELD = "held"


class Report(SQLModel, table=True):
    """`payload` is the body byte for byte; the other columns are read from it once and never rewritten.

    `place` is the device's fix as sent (WGS-84), not the place that routing decided on: that one is the case's.
    Either `captured_by` (a person) or `device_id` owns the report.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("report_public_ref", "public_ref", unique=True),
        Index("report_device_received", "device_id", "received_at"),
        Index("report_person_received", "captured_by", "received_at"),
        Index("report_held", "received_at", postgresql_where="state = 'held'"),
        CheckConstraint("state in ('receiving','complete','held')", name="report_state"),
        CheckConstraint("kind in ('problem','self_handled','nothing_wrong')", name="report_kind"),
        CheckConstraint("captured_by is not null or device_id is not null", name="report_owner"),
    )

    id: UUID = Field(primary_key=True)
    state: str
    kind: str = Field(default=ReportKind.PROBLEM, sa_column=Column(Text, nullable=False, server_default="problem"))
    rev: int = 1
    device_id: UUID | None = None
    captured_by: UUID | None = None
    payload: bytes
    payload_sha256: str
    schema_version: int | None = None
    category: str | None = None
    condition: str | None = None
    description: str = ""
    place: Any = Field(default=None, sa_type=Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    accuracy_m: float | None = None
    fix_source: str | None = None
    fix_at: datetime | None = None
    captured_at_device: datetime | None = None
    clock_offset_ms: int | None = Field(default=None, sa_type=BigInteger)
    consent: str | None = None
    photos_expected: int = 0
    received_at: datetime
    completed_at: datetime | None = None
    public_ref: str
    held_reason: str | None = None
    held_detail: str | None = None
