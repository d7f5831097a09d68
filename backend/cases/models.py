"""Cases: the problem that the organisation works on, its reports, its moves and its history."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from backend.core.clock import uuid7


class Case(SQLModel, table=True):
    """A case (案件). `place` is WGS-84; `rev` grows by one with each applied move; `number` comes with filing.

    Class, condition and limit are frozen at filing together with the catalogue's version, so that a later
    catalogue changes nothing that was promised. `due_at` is frozen at dispatch; only its clock's pauses and an approved
    extension move it, and `first_due_at` keeps what was promised first. `exempt`: closed late, and left out of the
    on-time figures by a granted appeal, while the true times stay.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_number", "number", unique=True),
        Index(
            "cases_queue",
            "squad_code",
            "due_at",
            "id",
            postgresql_where="state in ('dispatched','accepted','in_progress')",
        ),
        Index("cases_dispatching", "updated_at", "id", postgresql_where="state = 'dispatching'"),
        Index("cases_pending", "updated_at", "id", postgresql_where="pending is not null"),
        Index("cases_resume", "resume_at", postgresql_where="state in ('suspended','deferred')"),
        Index("cases_checks", "responded_at", "id", postgresql_where="state = 'responded'"),
        Index("cases_inbox", "submitted_at", "id", postgresql_where="state = 'submitted'"),
        Index("cases_not_solved", "submitted_at", "id", postgresql_where=text("'not_solved' = any(flags)")),
        Index("cases_second_look", "submitted_at", "id", postgresql_where=text("'second_look_disagrees' = any(flags)")),
        Index(
            "cases_self_handled",
            text("submitted_at desc"),
            text("id desc"),
            postgresql_where=text("'self_handled' = any(flags)"),
        ),
        Index("cases_recent", text("submitted_at desc"), text("id desc")),
        # What the figures of a period walk along (statistics/facts.py).
        Index("cases_due", "due_at", postgresql_where="due_at is not null"),
        Index("cases_responded", "responded_at", postgresql_where="responded_at is not null"),
        Index("cases_place", "place", postgresql_using="gist"),
        CheckConstraint(
            "state in ('submitted','verifying','dispatching','dispatched','accepted','in_progress','suspended',"
            "'deferred','responded','closed','refused','withdrawn')",
            name="cases_state",
        ),
        CheckConstraint(
            "pending is null or pending in ('extension','suspension','deferral','appeal')", name="cases_pending_kind"
        ),
        CheckConstraint("(number is null) = (filed_at is null)", name="cases_number_with_filing"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    number: str | None = None
    state: str
    rev: int = 1
    source: str
    class_code: str | None = None
    condition_code: str | None = None
    catalogue_version: str | None = None
    description: str = ""
    place: Any = Field(default=None, sa_type=Geometry("POINT", srid=4326, spatial_index=False), nullable=True)
    place_source: str | None = None
    accuracy_m: float | None = None
    cell_code: str | None = None
    community_code: str | None = None
    street_code: str | None = None
    squad_code: str | None = None
    flags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    why: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]"))
    limit_amount: int | None = None
    limit_unit: str | None = None
    rework: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    pending: str | None = Field(default=None, description="what its squad asks for and nobody has answered yet")
    request: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    assigned_to: UUID | None = Field(default=None, description="the member of the squad who has it in hand")
    resume_at: datetime | None = Field(default=None, description="when a suspended or deferred case goes on by itself")
    first_due_at: datetime | None = Field(default=None, description="the due time as frozen at the first dispatch")
    extensions: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    suspensions: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    deferrals: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    returns: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    forced: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    reopened: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    appealed: str | None = Field(default=None, description="asked | granted | denied: one appeal per case")
    exempt: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    recurrence_of: UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    on_time: bool | None = Field(default=None, description="whether the answer that closed it came in time")
    submitted_at: datetime
    filed_at: datetime | None = None
    due_at: datetime | None = None
    accepted_at: datetime | None = None
    responded_at: datetime | None = None
    responded_by: UUID | None = None
    responded_squad: str | None = None
    closed_at: datetime | None = None
    refuse_reason: str | None = None
    refuse_responsible: str | None = None
    updated_at: datetime


class CaseClock(SQLModel, table=True):
    """One run of one stage's clock, in seconds of `limit_unit`. Rows stay: they are what the figures are made from.

    `used_s` ran before `running_since`; while the clock runs, `due_at` is when `allowed_s` will be used up. A clock
    that stands keeps its last `due_at`; one that is over has `stopped_at`. `next_step_at` is when the timer must look.
    """

    __tablename__ = "case_clock"
    __table_args__ = (
        Index("case_clock_case", "case_id", "stage", "id"),
        Index("case_clock_step", "next_step_at", postgresql_where="next_step_at is not null"),
        Index("case_clock_task_due", "due_at", postgresql_where="stage in ('verify','check')"),
        Index(
            "case_clock_near_limit",
            "case_id",
            postgresql_where="stage = 'disposal' and used_s * 100 >= allowed_s * 95",
        ),
        CheckConstraint("stage in ('intake','verify','dispatch','accept','disposal','check')", name="case_clock_stage"),
        CheckConstraint("stopped_at is null or running_since is null", name="case_clock_over"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    case_id: UUID = Field(foreign_key="cases.id")
    stage: str
    squad_code: str | None = None
    limit_amount: int
    limit_unit: str
    allowed_s: float
    used_s: float = 0.0
    started_at: datetime
    running_since: datetime | None = None
    first_due_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    calendar_version: str
    next_step_at: datetime | None = None


class CaseEscalation(SQLModel, table=True):
    """A step of escalation that was taken for a clock. The key is why none is ever taken twice."""

    __tablename__ = "case_escalation"

    clock_id: int = Field(sa_column=Column(BigInteger, ForeignKey("case_clock.id"), primary_key=True))
    step: str = Field(primary_key=True, description="percent of the limit and level, e.g. 100/1")
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    at: datetime
    level: int
    tell: str


class CaseTask(SQLModel, table=True):
    """One walk, or one look at photos, that the supervision centre asks of somebody drawn by lot.

    `person_id` null: nobody could be drawn, so everybody who may do it sees it. `pool`: among how many was drawn.
    `blind`: a second look (复查) at a case that is closed already, of which whoever looks does not know.
    """

    __tablename__ = "case_task"
    __table_args__ = (
        Index("case_task_case", "case_id", "id"),
        Index("case_task_mine", "person_id", "drawn_at", "id", postgresql_where="state = 'open'"),
        Index("case_task_due", "due_at", postgresql_where="state = 'open'"),
        Index("case_task_pairs", "person_id", "squad_code", "drawn_at"),
        CheckConstraint("kind in ('verify_before_filing','check_after_disposal')", name="case_task_kind"),
        CheckConstraint("mode in ('on_the_spot','by_photo')", name="case_task_mode"),
        CheckConstraint("state in ('open','done','recalled','expired','handed_over')", name="case_task_state"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    kind: str
    mode: str = "on_the_spot"
    blind: bool = False
    person_id: UUID | None = None
    squad_code: str | None = Field(default=None, description="the squad whose answer is checked")
    pool: int = 0
    drawn_at: datetime
    due_at: datetime
    state: str = "open"
    result: str | None = None
    done_at: datetime | None = None
    done_by: UUID | None = None
    reason: str = Field(default="", description="why it was handed over")


class CaseReport(SQLModel, table=True):
    """Which reports belong to a case; a merge moves these links."""

    __tablename__ = "case_report"

    report_id: UUID = Field(primary_key=True, foreign_key="report.id")
    case_id: UUID = Field(foreign_key="cases.id", index=True)


class CaseHistory(SQLModel, table=True):
    """One row for each thing that happened, written in its transaction, never changed (a trigger sees to it)."""

    __tablename__ = "case_history"
    __table_args__ = (
        Index("case_history_case", "case_id", "id"),
        Index("case_history_squad", "squad_code", "case_id"),
        Index("case_history_steps", "at", postgresql_where="action in ('dispatch','return')"),
        Index("case_history_returns", "case_id", postgresql_where="action = 'return'"),
        Index("case_history_not_solved", "case_id", postgresql_where="action = 'not_solved'"),
        Index("case_history_second_looks", "case_id", postgresql_where="action = 'second_look'"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    case_id: UUID = Field(foreign_key="cases.id")
    at: datetime
    action: str
    from_state: str | None = None
    to_state: str
    actor_role: str
    actor_person: UUID | None = None
    actor_device: UUID | None = None
    squad_code: str | None = None
    note: str = ""
    reason: str = ""
    move_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}"))


class CaseMove(SQLModel, table=True):
    """Everything that somebody does to a case, kept as sent; applied when its last photo is stored."""

    __tablename__ = "case_move"
    __table_args__ = (
        Index("case_move_case", "case_id"),
        CheckConstraint("state in ('receiving','applied','conflicting','held')", name="case_move_state"),
        CheckConstraint("captured_by is not null or device_id is not null", name="case_move_owner"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    action: str
    base_rev: int | None = None
    state: str
    device_id: UUID | None = None
    captured_by: UUID | None = None
    payload: bytes
    payload_sha256: str
    photos_expected: int = 0
    received_at: datetime
    applied_at: datetime | None = None
    held_reason: str | None = None


class CaseCounter(SQLModel, table=True):
    """The last case number of each local day; taken with `insert … on conflict do update`, so no two are alike."""

    __tablename__ = "case_counter"

    day: date = Field(primary_key=True)
    last: int
