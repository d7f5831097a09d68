"""Kinds of reports (problem, self-handled, nothing wrong) and what a report's photo shows (before, after).

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("report", sa.Column("kind", sa.Text(), server_default="problem", nullable=False))
    op.create_check_constraint("report_kind", "report", "kind in ('problem','self_handled','nothing_wrong')")
    op.add_column("photo", sa.Column("role", sa.Text(), server_default="before", nullable=False))
    op.create_check_constraint("photo_role", "photo", "role in ('before','after')")
    op.create_index(
        "cases_self_handled",
        "cases",
        [sa.text("submitted_at desc"), sa.text("id desc")],
        unique=False,
        postgresql_where=sa.text("'self_handled' = any(flags)"),
    )


def downgrade() -> None:
    op.drop_index("cases_self_handled", table_name="cases")
    op.drop_constraint("photo_role", "photo", type_="check")
    op.drop_column("photo", "role")
    op.drop_constraint("report_kind", "report", type_="check")
    op.drop_column("report", "kind")
