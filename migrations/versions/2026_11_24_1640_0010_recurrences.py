"""A case that comes back soon after it was closed is linked to the earlier one.

Revision ID: 0010
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("recurrence_of", sa.Uuid(), nullable=True))
    op.create_foreign_key("cases_recurrence_of_fkey", "cases", "cases", ["recurrence_of"], ["id"])
    op.create_index("ix_cases_recurrence_of", "cases", ["recurrence_of"])


def downgrade() -> None:
    op.drop_index("ix_cases_recurrence_of", table_name="cases")
    op.drop_constraint("cases_recurrence_of_fkey", "cases", type_="foreignkey")
    op.drop_column("cases", "recurrence_of")
