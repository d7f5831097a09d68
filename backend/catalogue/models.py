"""What can be reported, under which conditions and with which limits: versioned rows; and the working calendar.

A district runs one version of the catalogue at a date; cases keep the version they were filed with.
"""

import datetime as dt

from sqlalchemy import ForeignKeyConstraint
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


class CalendarDay(SQLModel, table=True):
    """A day that the calendar names: a holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"

    date: dt.date = Field(primary_key=True)
    is_workday: bool
    name: str


class ConsentText(SQLModel, table=True):
    """One section of the notice that a person reads before the first report."""

    __tablename__ = "consent_text"

    version: str = Field(primary_key=True)
    lang: str = Field(primary_key=True, description="zh | en")
    sort: int = Field(primary_key=True)
    valid_from: dt.date
    title: str
    body: str
