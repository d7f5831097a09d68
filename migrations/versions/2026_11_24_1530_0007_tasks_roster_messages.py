"""Drawn tasks, the roster, rules of verification, and messages to people.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _tasks()
    _roster()
    _messages()
    op.create_table(
        "verification_rule",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("class_prefix", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("confidence", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("record", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("mode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sample_percent", sa.Integer(), nullable=False),
    )
    op.create_index(
        "cases_second_look",
        "cases",
        ["submitted_at", "id"],
        postgresql_where=sa.text("'second_look_disagrees' = any(flags)"),
    )


def _tasks() -> None:
    op.create_table(
        "case_task",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("squad_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("result", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("kind in ('verify_before_filing','check_after_disposal')", name="case_task_kind"),
        sa.CheckConstraint("mode in ('on_the_spot','by_photo')", name="case_task_mode"),
        sa.CheckConstraint("state in ('open','done','recalled','expired','handed_over')", name="case_task_state"),
    )
    op.create_index("case_task_case", "case_task", ["case_id", "id"])
    op.create_index(
        "case_task_mine", "case_task", ["person_id", "drawn_at", "id"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("case_task_due", "case_task", ["due_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_index("case_task_pairs", "case_task", ["person_id", "squad_code", "drawn_at"])


def _roster() -> None:
    op.create_table(
        "duty_time",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partner_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("kind in ('shift','leave','on_call')", name="duty_time_kind"),
        sa.CheckConstraint("ends_at > starts_at", name="duty_time_forward"),
    )
    op.create_index("duty_time_person", "duty_time", ["person_id", "starts_at"])
    op.create_index("duty_time_at", "duty_time", ["starts_at", "ends_at"])


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("data", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visible_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("message_person", "message", ["person_id", "visible_at", "id"])
    op.create_index("message_once", "message", ["person_id", "about"], unique=True)


def downgrade() -> None:
    op.drop_index("cases_second_look", table_name="cases")
    for table in ("verification_rule", "message", "duty_time", "case_task"):
        op.drop_table(table)
