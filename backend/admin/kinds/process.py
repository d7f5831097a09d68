"""The numbers of the process: stage limits, escalation, process rules, rules of verification. All with dates."""

from typing import Literal

from pydantic import Field, model_validator

from backend.admin.fields import Day, Name, Row
from backend.admin.kind import Kind, upsert
from backend.admin.kinds.routing_rules import ClassPrefix
from backend.catalogue.process import PROCESS_RULES

Stage = Literal["intake", "verify", "dispatch", "accept", "disposal", "check"]
Unit = Literal["emergency_minute", "emergency_hour", "emergency_day", "work_minute", "work_hour", "work_day"]


class StageLimitRow(Row):
    stage: Literal["intake", "verify", "dispatch", "accept", "check"]
    class_prefix: ClassPrefix = ""
    amount: int = Field(ge=1, le=10_000)
    unit: Unit
    valid_from: Day


class EscalationRow(Row):
    stage: Stage
    percent: int = Field(ge=1, le=1000)
    level: int = Field(ge=0, le=3)
    tell: Literal["handler", "squad_leader", "dispatcher", "operator", "shift_leader", "superintendent", "leader"]
    valid_from: Day

    @model_validator(mode="after")
    def nobody_else_before_it_is_late(self) -> "EscalationRow":
        if self.percent < 100 and self.tell != "handler":
            raise ValueError("before 100 percent only the handler is told")
        return self


class ProcessRuleRow(Row):
    name: Name
    value: int = Field(ge=0, le=1_000_000)
    valid_from: Day

    @model_validator(mode="after")
    def is_known(self) -> "ProcessRuleRow":
        if self.name not in PROCESS_RULES:
            raise ValueError(f"there is no process rule {self.name}; there are {', '.join(sorted(PROCESS_RULES))}")
        return self


class VerificationRow(Row):
    kind: Literal["verify_before_filing", "check_after_disposal"]
    source: Name = ""
    class_prefix: ClassPrefix = ""
    confidence: Literal["", "high", "low"] = ""
    record: Literal["", "good", "poor"] = ""
    mode: Literal["on_the_spot", "by_photo", "sample"]
    sample_percent: int = Field(default=0, ge=0, le=100)
    valid_from: Day

    @model_validator(mode="after")
    def sample_has_its_share(self) -> "VerificationRow":
        if (self.mode == "sample") != (self.sample_percent > 0):
            raise ValueError("sample_percent belongs to the mode sample, and to no other")
        return self


def _plain(name: str, table: str, row: type[Row], key: dict[str, str], values: dict[str, str]) -> Kind:
    return Kind(
        name=name,
        row=row,
        key=tuple(key),
        columns={**key, **values},
        load=(upsert(table, {one: f"r.{one}" for one in key}, {one: f"r.{one}" for one in values}),),
    )


STAGE_LIMITS = _plain(
    "stage_limits",
    "stage_limit",
    StageLimitRow,
    {"stage": "text", "class_prefix": "text", "valid_from": "date"},
    {"amount": "integer", "unit": "text"},
)
ESCALATION = _plain(
    "escalation",
    "escalation_step",
    EscalationRow,
    {"stage": "text", "percent": "integer", "tell": "text", "valid_from": "date"},
    {"level": "integer"},
)
PROCESS = _plain(
    "process_rules", "process_rule", ProcessRuleRow, {"name": "text", "valid_from": "date"}, {"value": "integer"}
)
VERIFICATION = _plain(
    "verification_rules",
    "verification_rule",
    VerificationRow,
    {
        "kind": "text",
        "source": "text",
        "class_prefix": "text",
        "confidence": "text",
        "record": "text",
        "valid_from": "date",
    },
    {"mode": "text", "sample_percent": "integer"},
)
