"""Cases that do not come from a phone: their origin, complainants apart, source rules, gazetteer, callers' words.

Revision ID: 0009
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from migrations.sql import statements

revision: str = "0009"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm with schema public")
    op.create_table(
        "source_rule",
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in (
                "needs_external_number", "needs_complainant", "needs_campaign", "verify_before_filing",
                "double_deduction",
            )
        ),
    )  # fmt: skip
    op.create_table(
        "case_origin",
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("report_id", sa.Uuid(), sa.ForeignKey("report.id"), nullable=False, unique=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("external_number", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("campaign", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("raw_text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    )
    op.create_index(
        "case_origin_number",
        "case_origin",
        ["source", "external_number"],
        unique=True,
        postgresql_where=sa.text("external_number is not null"),
    )
    op.create_table(
        "complainant",
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    )
    op.create_table(
        "personal_data_reading",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    )
    op.create_index("personal_data_reading_case", "personal_data_reading", ["case_id", "id"])
    op.create_table(
        "gazetteer",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        *(
            sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)
            for name in ("aliases", "words", "pinyin", "initials", "pairs")
        ),
        sa.Column("place", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("street_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    )
    op.create_index("gazetteer_pairs", "gazetteer", ["pairs"], postgresql_using="gin")
    op.create_table(
        "class_word",
        sa.Column("class_code", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("word", sqlmodel.sql.sqltypes.AutoString(), primary_key=True),
        sa.Column("weight", sa.Float(), nullable=False),
    )
    for statement in statements("append_only_readings.sql"):
        op.execute(statement)


def downgrade() -> None:
    # pg_trgm stays: it is the database's, and another district may use it.
    for table in ("class_word", "gazetteer", "personal_data_reading", "complainant", "case_origin", "source_rule"):
        op.drop_table(table)
