"""the loop

Revision ID: 0001
Revises:
"""

from collections.abc import Sequence

import geoalchemy2
import sqlalchemy as sa
import sqlmodel
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from migrations.sql import statements

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("date"),
    )
    op.create_table(
        "case_counter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_geospatial_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("class_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("condition_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("catalogue_version", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("place_source", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("cell_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("community_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("street_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("squad_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("why", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("limit_amount", sa.Integer(), nullable=True),
        sa.Column("limit_unit", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("rework", sa.Integer(), server_default="0", nullable=False),
        sa.Column("submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("filed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("accepted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("responded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("responded_by", sa.Uuid(), nullable=True),
        sa.Column("responded_squad", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("refuse_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("refuse_responsible", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "state in ('submitted','dispatched','accepted','responded','closed','refused','withdrawn')",
            name="cases_state",
        ),
        sa.CheckConstraint("(number is null) = (filed_at is null)", name="cases_number_with_filing"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "cases_checks", "cases", ["responded_at", "id"], unique=False, postgresql_where="state = 'responded'"
    )
    op.create_index(
        "cases_inbox", "cases", ["submitted_at", "id"], unique=False, postgresql_where="state = 'submitted'"
    )
    op.create_index("cases_number", "cases", ["number"], unique=True)
    op.create_geospatial_index(
        "cases_place", "cases", ["place"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_index(
        "cases_queue",
        "cases",
        ["squad_code", "due_at", "id"],
        unique=False,
        postgresql_where="state in ('dispatched','accepted')",
    )
    op.create_index(
        "cases_recent", "cases", [sa.literal_column("submitted_at desc"), sa.literal_column("id desc")], unique=False
    )
    op.create_table(
        "catalogue_version",
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "consent_text",
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("version", "lang", "sort"),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("net", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("revoked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("blocked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_device_net_created_at", "device", ["net", "created_at"], unique=False)
    op.create_geospatial_table(
        "district",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fallback_squad", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("work_hours", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("metric_srid", sa.Integer(), nullable=False),
        sa.Column(
            "outline",
            Geometry(
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "duty_grid",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_import_batch_kind"), "import_batch", ["kind"], unique=False)
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("net", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_login_attempt_at"), "login_attempt", ["at"], unique=False)
    op.create_index("ix_login_attempt_net_at", "login_attempt", ["net", "at"], unique=False)
    op.create_index("ix_login_attempt_username_at", "login_attempt", ["username", "at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "photo",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("intake_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mime", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("exif", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("slot", sa.Text(), server_default="expected", nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("real_mime", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("real_width", sa.Integer(), nullable=True),
        sa.Column("real_height", sa.Integer(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("store_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("stored_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("derived_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("slot in ('expected','stored','derived','unreadable','refused')", name="photo_slot"),
        sa.PrimaryKeyConstraint("intake_id", "photo_id"),
    )
    op.create_index("photo_case", "photo", ["case_id"], unique=False)
    op.create_index("photo_media_id", "photo", ["media_id"], unique=True)
    op.create_index("photo_sha256", "photo", ["sha256"], unique=False)
    op.create_geospatial_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("captured_by", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("payload_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=True),
        sa.Column("category", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("condition", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("fix_source", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("fix_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("captured_at_device", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("clock_offset_ms", sa.Integer(), nullable=True),
        sa.Column("consent", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("photos_expected", sa.Integer(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("completed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("public_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("held_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("held_detail", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("state in ('receiving','complete','held')", name="report_state"),
        sa.CheckConstraint("captured_by is not null or device_id is not null", name="report_owner"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("report_device_received", "report", ["device_id", "received_at"], unique=False)
    op.create_index("report_held", "report", ["received_at"], unique=False, postgresql_where="state = 'held'")
    op.create_index("report_person_received", "report", ["captured_by", "received_at"], unique=False)
    op.create_index("report_public_ref", "report", ["public_ref"], unique=True)
    op.create_geospatial_table(
        "street",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "case_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("to_state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_person", sa.Uuid(), nullable=True),
        sa.Column("actor_device", sa.Uuid(), nullable=True),
        sa.Column("squad_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_history_case", "case_history", ["case_id", "id"], unique=False)
    op.create_index("case_history_squad", "case_history", ["squad_code", "case_id"], unique=False)
    op.create_table(
        "case_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("base_rev", sa.Integer(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("captured_by", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("payload_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("photos_expected", sa.Integer(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("applied_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("held_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("state in ('receiving','applied','conflicting','held')", name="case_move_state"),
        sa.CheckConstraint("captured_by is not null or device_id is not null", name="case_move_owner"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_move_case", "case_move", ["case_id"], unique=False)
    op.create_table(
        "case_report",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index(op.f("ix_case_report_case_id"), "case_report", ["case_id"], unique=False)
    op.create_table(
        "category_class",
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("group_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("icon", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("question", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("question_en", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("requirement", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["catalogue_version.version"],
        ),
        sa.PrimaryKeyConstraint("version", "code"),
    )
    op.create_geospatial_table(
        "community",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("street_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["street_code"],
            ["street.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index(op.f("ix_community_street_code"), "community", ["street_code"], unique=False)
    op.create_table(
        "duty_grid_inspector",
        sa.Column("duty_grid_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("username", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_grid_code"],
            ["duty_grid.code"],
        ),
        sa.PrimaryKeyConstraint("duty_grid_code", "username"),
    )
    op.create_index(op.f("ix_duty_grid_inspector_username"), "duty_grid_inspector", ["username"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("revoked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("user_agent", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_login_session_person_id"), "login_session", ["person_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_one_time_link_person_id"), "one_time_link", ["person_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("squad_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_post",
        "post",
        ["person_id", "role", "squad_code", "valid_from"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "squad",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("street_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("line", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["street_code"],
            ["street.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "filing_condition",
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("class_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("icon", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("closing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version", "class_code"],
            ["category_class.version", "category_class.code"],
        ),
        sa.PrimaryKeyConstraint("version", "class_code", "code"),
    )
    op.create_table(
        "routing_rule",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("area_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("area_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("class_prefix", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("squad_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_code"],
            ["squad.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_geospatial_table(
        "unit_grid",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["community_code"],
            ["community.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index(op.f("ix_unit_grid_community_code"), "unit_grid", ["community_code"], unique=False)
    op.create_geospatial_index(
        "ix_unit_grid_geom", "unit_grid", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "duty_grid_cell",
        sa.Column("duty_grid_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cell_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_code"],
            ["unit_grid.code"],
        ),
        sa.ForeignKeyConstraint(
            ["duty_grid_code"],
            ["duty_grid.code"],
        ),
        sa.PrimaryKeyConstraint("duty_grid_code", "cell_code"),
    )
    op.create_index(op.f("ix_duty_grid_cell_cell_code"), "duty_grid_cell", ["cell_code"], unique=False)
    for statement in [*statements("pgqueuer_1_6.sql"), *statements("append_only.sql")]:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    op.execute("drop trigger case_history_append_only on case_history")
    op.execute("drop function refuse_change")
    op.execute("drop table pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics")
    op.execute("drop function fn_pgqueuer_changed")
    op.execute("drop type pgqueuer_status")
    op.drop_index(op.f("ix_duty_grid_cell_cell_code"), table_name="duty_grid_cell")
    op.drop_table("duty_grid_cell")
    op.drop_geospatial_index("ix_unit_grid_geom", table_name="unit_grid", postgresql_using="gist", column_name="geom")
    op.drop_index(op.f("ix_unit_grid_community_code"), table_name="unit_grid")
    op.drop_geospatial_table("unit_grid")
    op.drop_table("routing_rule")
    op.drop_table("filing_condition")
    op.drop_table("squad")
    op.drop_index("uq_post", table_name="post", postgresql_nulls_not_distinct=True)
    op.drop_table("post")
    op.drop_index(op.f("ix_one_time_link_person_id"), table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index(op.f("ix_login_session_person_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(op.f("ix_duty_grid_inspector_username"), table_name="duty_grid_inspector")
    op.drop_table("duty_grid_inspector")
    op.drop_index(op.f("ix_community_street_code"), table_name="community")
    op.drop_geospatial_table("community")
    op.drop_table("category_class")
    op.drop_index(op.f("ix_case_report_case_id"), table_name="case_report")
    op.drop_table("case_report")
    op.drop_index("case_move_case", table_name="case_move")
    op.drop_table("case_move")
    op.drop_index("case_history_squad", table_name="case_history")
    op.drop_index("case_history_case", table_name="case_history")
    op.drop_table("case_history")
    op.drop_geospatial_table("street")
    op.drop_index("report_public_ref", table_name="report")
    op.drop_index("report_person_received", table_name="report")
    op.drop_index("report_held", table_name="report", postgresql_where="state = 'held'")
    op.drop_index("report_device_received", table_name="report")
    op.drop_geospatial_table("report")
    op.drop_index("photo_sha256", table_name="photo")
    op.drop_index("photo_media_id", table_name="photo")
    op.drop_index("photo_case", table_name="photo")
    op.drop_table("photo")
    op.drop_table("person")
    op.drop_index("ix_login_attempt_username_at", table_name="login_attempt")
    op.drop_index("ix_login_attempt_net_at", table_name="login_attempt")
    op.drop_index(op.f("ix_login_attempt_at"), table_name="login_attempt")
    op.drop_table("login_attempt")
    op.drop_index(op.f("ix_import_batch_kind"), table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_table("duty_grid")
    op.drop_geospatial_table("district")
    op.drop_index("ix_device_net_created_at", table_name="device")
    op.drop_table("device")
    op.drop_table("consent_text")
    op.drop_table("catalogue_version")
    op.drop_index("cases_recent", table_name="cases")
    op.drop_index("cases_queue", table_name="cases", postgresql_where="state in ('dispatched','accepted')")
    op.drop_geospatial_index("cases_place", table_name="cases", postgresql_using="gist", column_name="place")
    op.drop_index("cases_number", table_name="cases")
    op.drop_index("cases_inbox", table_name="cases", postgresql_where="state = 'submitted'")
    op.drop_index("cases_checks", table_name="cases", postgresql_where="state = 'responded'")
    op.drop_geospatial_table("cases")
    op.drop_table("case_counter")
    op.drop_table("calendar_day")
