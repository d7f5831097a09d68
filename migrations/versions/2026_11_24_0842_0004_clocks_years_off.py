"""A phone's clock may be off by more than the 24 days that fit into 32 bits of milliseconds.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column("report", "clock_offset_ms", type_=sa.BigInteger(), existing_type=sa.Integer())


def downgrade() -> None:
    op.alter_column("report", "clock_offset_ms", type_=sa.Integer(), existing_type=sa.BigInteger())
