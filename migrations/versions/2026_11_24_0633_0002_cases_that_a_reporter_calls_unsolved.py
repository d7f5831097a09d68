"""Cases that a reporter calls unsolved: the operator's inbox finds them by an index.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "cases_not_solved",
        "cases",
        ["submitted_at", "id"],
        unique=False,
        postgresql_where=sa.text("'not_solved' = any(flags)"),
    )


def downgrade() -> None:
    op.drop_index("cases_not_solved", table_name="cases")
