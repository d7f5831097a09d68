"""The whole life of a case: verification, returns, requests, rest, appeals, and a clock for each stage.

Cases that are under way get the clocks that their state says, with the due time that was promised; those that are
over keep what they were, and learn whether they were on time.

Revision ID: 0006
Revises: 0005
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.core.worktime import Calendar, Limit, Unit, elapsed, length, parse_hours

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OLD = "state in ('submitted','dispatched','accepted','responded','closed','refused','withdrawn')"
NEW = (
    "state in ('submitted','verifying','dispatching','dispatched','accepted','in_progress','suspended',"
    "'deferred','responded','closed','refused','withdrawn')"
)


def upgrade() -> None:
    _process_tables()
    _columns()
    _clock_tables()
    _carry_over()


def _process_tables() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("days", postgresql.JSONB(), nullable=False),
        sa.Column("work_hours", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "stage_limit",
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("class_prefix", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    )
    op.create_table(
        "escalation_step",
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("percent", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("tell", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("level", sa.Integer(), nullable=False),
    )
    op.create_table(
        "process_rule",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
    )


def _columns() -> None:
    op.add_column("cases", sa.Column("pending", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("cases", sa.Column("request", postgresql.JSONB(), nullable=True))
    op.add_column("cases", sa.Column("assigned_to", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("extensions", "suspensions", "deferrals", "returns", "reopened"):
        op.add_column("cases", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    for name in ("forced", "exempt"):
        op.add_column("cases", sa.Column(name, sa.Boolean(), server_default="false", nullable=False))
    op.add_column("cases", sa.Column("appealed", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("cases", sa.Column("on_time", sa.Boolean(), nullable=True))
    op.drop_constraint("cases_state", "cases", type_="check")
    op.create_check_constraint("cases_state", "cases", NEW)
    op.create_check_constraint(
        "cases_pending_kind", "cases", "pending is null or pending in ('extension','suspension','deferral','appeal')"
    )
    op.drop_index("cases_queue", table_name="cases")
    op.create_index(
        "cases_queue",
        "cases",
        ["squad_code", "due_at", "id"],
        postgresql_where=sa.text("state in ('dispatched','accepted','in_progress')"),
    )
    op.create_index(
        "cases_dispatching", "cases", ["updated_at", "id"], postgresql_where=sa.text("state = 'dispatching'")
    )
    op.create_index("cases_pending", "cases", ["updated_at", "id"], postgresql_where=sa.text("pending is not null"))
    op.create_index(
        "cases_resume", "cases", ["resume_at"], postgresql_where=sa.text("state in ('suspended','deferred')")
    )


def _clock_tables() -> None:
    op.create_table(
        "case_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("squad_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("allowed_s", sa.Float(), nullable=False),
        sa.Column("used_s", sa.Float(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("running_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage in ('intake','verify','dispatch','accept','disposal','check')", name="case_clock_stage"
        ),
        sa.CheckConstraint("stopped_at is null or running_since is null", name="case_clock_over"),
    )
    op.create_index("case_clock_case", "case_clock", ["case_id", "stage", "id"])
    op.create_index(
        "case_clock_step", "case_clock", ["next_step_at"], postgresql_where=sa.text("next_step_at is not null")
    )
    op.create_table(
        "case_escalation",
        sa.Column("clock_id", sa.BigInteger(), sa.ForeignKey("case_clock.id"), primary_key=True, autoincrement=False),
        sa.Column("step", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tell", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    )
    op.create_index("ix_case_escalation_case_id", "case_escalation", ["case_id"])


def _carry_over() -> None:
    """What was promised stays promised; the timer looks at each running clock at once and plans it."""
    op.execute("update cases set first_due_at = due_at where due_at is not null")
    op.execute(
        "update cases set on_time = due_at is null or coalesce(responded_at, closed_at) <= due_at"
        " where state = 'closed' and filed_at is not null"
    )
    connection = op.get_bind()
    district = connection.execute(
        sa.text("select work_hours, time_zone from district order by valid_from desc limit 1")
    ).one_or_none()
    if district is None:
        return
    days = {
        row.date: row.is_workday for row in connection.execute(sa.text("select date, is_workday from calendar_day"))
    }
    calendar = Calendar(days, parse_hours(district.work_hours), district.time_zone)
    open_cases = connection.execute(
        sa.text(
            "select id, state, squad_code, limit_amount, limit_unit, filed_at, due_at, responded_at from cases"
            " where state in ('dispatched','accepted','responded') and limit_amount is not null"
        )
    ).all()
    rows = [_clock(row, calendar) for row in open_cases]
    if rows:
        connection.execute(
            sa.text(
                "insert into case_clock (case_id, stage, squad_code, limit_amount, limit_unit, allowed_s, used_s,"
                " started_at, running_since, first_due_at, due_at, calendar_version, next_step_at) values (:case_id,"
                " 'disposal', :squad_code, :limit_amount, :limit_unit, :allowed_s, :used_s, :started_at,"
                " :running_since, :due_at, :due_at, :version, :running_since)"
            ),
            rows,
        )
        connection.execute(
            sa.text(
                "insert into calendar_version (version, days, work_hours, time_zone, first_used_at)"
                " values (:version, cast(:days as jsonb), :hours, :zone, :now)"
            ),
            {
                "version": calendar.version,
                "days": json.dumps({day.isoformat(): works for day, works in days.items()}),
                "hours": district.work_hours,
                "zone": district.time_zone,
                "now": datetime.now(UTC),
            },
        )


def _clock(row: Any, calendar: Calendar) -> dict[str, Any]:
    limit = Limit(row.limit_amount, cast(Unit, row.limit_unit))
    answered = row.state == "responded"
    return {
        "case_id": row.id,
        "squad_code": row.squad_code,
        "limit_amount": limit.amount,
        "limit_unit": limit.unit,
        "allowed_s": length(calendar, limit).total_seconds(),
        "used_s": elapsed(calendar, row.filed_at, row.responded_at, limit.unit) if answered else 0.0,
        "started_at": row.filed_at,
        "running_since": None if answered else row.filed_at,
        "due_at": row.due_at,
        "version": calendar.version,
    }


def downgrade() -> None:
    # States that the smaller table does not know have no way back: with such cases a database stays where it is.
    op.drop_table("case_escalation")
    op.drop_table("case_clock")
    for name in ("cases_resume", "cases_pending", "cases_dispatching", "cases_queue"):
        op.drop_index(name, table_name="cases")
    op.create_index(
        "cases_queue",
        "cases",
        ["squad_code", "due_at", "id"],
        postgresql_where=sa.text("state in ('dispatched','accepted')"),
    )
    op.drop_constraint("cases_pending_kind", "cases", type_="check")
    op.drop_constraint("cases_state", "cases", type_="check")
    op.create_check_constraint("cases_state", "cases", OLD)
    for name in (
        "pending", "request", "assigned_to", "resume_at", "first_due_at", "extensions", "suspensions", "deferrals",
        "returns", "reopened", "forced", "exempt", "appealed", "on_time",
    ):  # fmt: skip
        op.drop_column("cases", name)
    for table in ("process_rule", "escalation_step", "stage_limit", "calendar_version"):
        op.drop_table(table)
