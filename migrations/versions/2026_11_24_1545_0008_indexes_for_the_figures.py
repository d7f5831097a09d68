"""Indexes that the figures of a period walk along, and what people say against their figures.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = (
    ("cases_due", "cases", "due_at", "due_at is not null"),
    ("cases_responded", "cases", "responded_at", "responded_at is not null"),
    ("case_clock_task_due", "case_clock", "due_at", "stage in ('verify','check')"),
    ("case_history_steps", "case_history", "at", "action in ('dispatch','return')"),
    ("case_history_returns", "case_history", "case_id", "action = 'return'"),
    ("case_history_not_solved", "case_history", "case_id", "action = 'not_solved'"),
    ("case_history_second_looks", "case_history", "case_id", "action = 'second_look'"),
    ("case_clock_near_limit", "case_clock", "case_id", "stage = 'disposal' and used_s * 100 >= allowed_s * 95"),
)


def upgrade() -> None:
    for name, table, column, rows in INDEXES:
        op.create_index(name, table, [column], postgresql_where=sa.text(rows))
    op.create_table(
        "figure_contest",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("indicator", sqlmodel.AutoString(), nullable=False),
        sa.Column("period", sqlmodel.AutoString(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.AutoString(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('open','upheld','dismissed')", name="figure_contest_state"),
    )
    op.create_index(
        "figure_contest_once", "figure_contest", ["person_id", "case_id", "indicator", "period"], unique=True
    )
    op.create_index("figure_contest_open", "figure_contest", ["at", "id"], postgresql_where=sa.text("state = 'open'"))
    op.create_index("figure_contest_mine", "figure_contest", ["person_id", "at", "id"])


def downgrade() -> None:
    op.drop_table("figure_contest")
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table_name=table)
