"""Cases that do not come from a phone: where they come from, who complained, and who has read that."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field, SQLModel


class SourceRule(SQLModel, table=True):
    """What the district asks of a source of cases from a day on; cases.sources has what holds without a row."""

    __tablename__ = "source_rule"

    source: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    name: str
    name_en: str
    needs_external_number: bool
    needs_complainant: bool
    needs_campaign: bool
    verify_before_filing: bool
    double_deduction: bool


class CaseOrigin(SQLModel, table=True):
    """Where a case of the desk comes from. `raw_text` is what was pasted, whole: it may tell who complained, so it is
    read only together with the complainant."""

    __tablename__ = "case_origin"
    __table_args__ = (
        Index(
            "case_origin_number",
            "source",
            "external_number",
            unique=True,
            postgresql_where="external_number is not null",
        ),
    )

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    report_id: UUID = Field(foreign_key="report.id", unique=True)
    source: str
    external_number: str | None = Field(default=None, description="the number that the other side gave it")
    received_at: datetime = Field(description="when the other side had it")
    channel: str | None = None
    campaign: str | None = None
    raw_text: str = ""


class Complainant(SQLModel, table=True):
    """Who complained. In no list, no page and no history; cases.desk.complainant reads it and logs each reading."""

    __tablename__ = "complainant"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    name: str | None = None
    phone: str | None = None
    note: str = ""


class PersonalDataReading(SQLModel, table=True):
    """Somebody has read who complained, and what for. Never changed (a trigger sees to it)."""

    __tablename__ = "personal_data_reading"
    __table_args__ = (Index("personal_data_reading_case", "case_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime
    person_id: UUID
    case_id: UUID = Field(foreign_key="cases.id")
    purpose: str
