"""A report's voice note is one more slot beside its photos.

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_constraint("photo_role", "photo", type_="check")
    op.create_check_constraint("photo_role", "photo", "role in ('before','after','voice')")


def downgrade() -> None:
    # Recordings are nobody's to throw away: with voice notes in it, a database stays where it is.
    op.drop_constraint("photo_role", "photo", type_="check")
    op.create_check_constraint("photo_role", "photo", "role in ('before','after')")
