"""The catalogue as clients read it."""

from typing import Literal

from pydantic import BaseModel

LimitUnit = Literal["emergency_hour", "emergency_day", "work_hour", "work_day"]


class LimitOut(BaseModel):
    """How long the squad has, in the unit's own clock (core/worktime.py)."""

    amount: int
    unit: LimitUnit


class ConditionOut(BaseModel):
    """A filing condition of a class. `closing` says when it counts as done."""

    code: str
    text: str
    text_en: str
    icon: str
    limit: LimitOut
    closing: str
    is_default: bool


class ClassOut(BaseModel):
    """A class of event (E) or component (C). With a `question` the conditions are its picture answers."""

    code: str
    kind: Literal["E", "C"]
    group: str
    name: str
    name_en: str
    icon: str
    question: str | None
    question_en: str | None
    requirement: str
    conditions: list[ConditionOut]


class CatalogueOut(BaseModel):
    """One version; classes and conditions in the order in which they are shown."""

    version: str
    classes: list[ClassOut]
