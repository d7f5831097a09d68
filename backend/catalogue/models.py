"""What can be reported, under which conditions and with which limits: versioned rows; and the working calendar.

A district runs one version of the catalogue at a date; cases keep the version they were filed with.
"""

import datetime as dt

from sqlalchemy import Column, ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class CatalogueVersion(SQLModel, table=True):
    __tablename__ = "catalogue_version"

    version: str = Field(primary_key=True)
    valid_from: dt.date


class CategoryClass(SQLModel, table=True):
    """A class (小类) of event or component, e.g. E0104."""

    __tablename__ = "category_class"

    version: str = Field(primary_key=True, foreign_key="catalogue_version.version")
    code: str = Field(primary_key=True)
    kind: str = Field(description="E event | C component")
    group_name: str
    name: str
    name_en: str
    icon: str
    question: str | None = Field(default=None, description="the picture question that chooses a condition")
    question_en: str | None = None
    requirement: str = Field(default="", description="what a report of this class has to show, and what not to report")
    sort: int


class FilingCondition(SQLModel, table=True):
    """One filing condition (立案条件) of a class, with its limit and its closing condition (结案条件)."""

    __tablename__ = "filing_condition"
    __table_args__ = (
        ForeignKeyConstraint(["version", "class_code"], ["category_class.version", "category_class.code"]),
    )

    version: str = Field(primary_key=True)
    class_code: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    text: str
    text_en: str
    icon: str
    limit_amount: int
    limit_unit: str = Field(description="emergency_hour | emergency_day | work_hour | work_day")
    closing: str
    is_default: bool
    sort: int


class ClassWord(SQLModel, table=True):
    """A word by which callers name what the catalogue calls otherwise: 窨井盖, 乱停车. `weight` is 1 for a hint and 3
    for what leaves no doubt."""

    __tablename__ = "class_word"

    class_code: str = Field(primary_key=True)
    word: str = Field(primary_key=True)
    weight: float


class CalendarDay(SQLModel, table=True):
    """A day that the calendar names: a holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"

    date: dt.date = Field(primary_key=True)
    is_workday: bool
    name: str


class CalendarVersion(SQLModel, table=True):
    """A working calendar that some clock was reckoned with, kept so that its due times can be reckoned again."""

    __tablename__ = "calendar_version"

    version: str = Field(primary_key=True, description="core.worktime.Calendar.version")
    days: dict[str, bool] = Field(sa_column=Column(JSONB, nullable=False))
    work_hours: str
    time_zone: str
    first_used_at: dt.datetime


class StageLimit(SQLModel, table=True):
    """How long a stage may take. Of several that fit, the longest class prefix counts, then the latest."""

    __tablename__ = "stage_limit"

    stage: str = Field(primary_key=True, description="intake | verify | dispatch | accept | check")
    class_prefix: str = Field(primary_key=True, default="", description="the beginning of class codes; '' is all")
    valid_from: dt.date = Field(primary_key=True)
    amount: int
    unit: str


class EscalationStep(SQLModel, table=True):
    """At `percent` of a stage's limit, who is told: 催办 is level 0, 督办 levels 1 to 3."""

    __tablename__ = "escalation_step"

    stage: str = Field(primary_key=True)
    percent: int = Field(primary_key=True)
    tell: str = Field(primary_key=True, description="handler, or a post: squad_leader, dispatcher, …")
    valid_from: dt.date = Field(primary_key=True)
    level: int


class ProcessRule(SQLModel, table=True):
    """A number of the process that the bureau decides, e.g. extensions_max; catalogue.process names them."""

    __tablename__ = "process_rule"

    name: str = Field(primary_key=True)
    valid_from: dt.date = Field(primary_key=True)
    value: int


class VerificationRule(SQLModel, table=True):
    """Which reports and which answers somebody walks to, and which are judged by their photos at the desk.

    The most particular fitting row counts. Empty `source`, `confidence` and `record` fit all. With mode `sample`,
    `sample_percent` of them are walked to, drawn by lot, the others judged by photo.
    """

    __tablename__ = "verification_rule"

    kind: str = Field(primary_key=True, description="verify_before_filing | check_after_disposal")
    source: str = Field(primary_key=True, default="")
    class_prefix: str = Field(primary_key=True, default="")
    confidence: str = Field(primary_key=True, default="", description="high | low: what the photos' facts say")
    record: str = Field(primary_key=True, default="", description="good | poor: how often this reporter was right")
    valid_from: dt.date = Field(primary_key=True)
    mode: str = Field(description="on_the_spot | by_photo | sample")
    sample_percent: int = 0


class ConsentText(SQLModel, table=True):
    """One section of the notice that a person reads before the first report."""

    __tablename__ = "consent_text"

    version: str = Field(primary_key=True)
    lang: str = Field(primary_key=True, description="zh | en")
    sort: int = Field(primary_key=True)
    valid_from: dt.date
    title: str
    body: str
