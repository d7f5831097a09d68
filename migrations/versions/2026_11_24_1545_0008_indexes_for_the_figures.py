"""Indexes that the figures of a period walk along.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
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
    ("case_history_said", "case_history", "case_id", "action in ('return','not_solved','second_look')"),
)


def upgrade() -> None:
    for name, table, column, rows in INDEXES:
        op.create_index(name, table, [column], postgresql_where=sa.text(rows))


def downgrade() -> None:
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table_name=table)
