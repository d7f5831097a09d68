"""Photos as slots of a report or a move: expected from the manifest, then stored, then derived."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backend.core.clock import uuid7


class Slot(StrEnum):
    """What has become of a photo (contract.md, "A report")."""

    EXPECTED = "expected"
    STORED = "stored"
    DERIVED = "derived"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


VOICE = "voice"
"""The role of a slot that is no picture: the voice note of a report (docs/adr/0073)."""


class Photo(SQLModel, table=True):
    """A photo is keyed by (intake, photo): the same photo id in another report is another row.

    `sha256` is the hex hash that the phone froze; `width` and `height` are pixels as the phone declared them,
    `real_*` as the server read them. `role` says what a report's photo shows; of a move its action says it. The
    original lies in the store under `store_key` and is shown to nobody. A report's voice note is a row here too: role
    `voice`, no picture.
    """

    __tablename__ = "photo"
    __table_args__ = (
        Index("photo_media_id", "media_id", unique=True),
        Index("photo_sha256", "sha256"),
        Index("photo_case", "case_id"),
        CheckConstraint("slot in ('expected','stored','derived','unreadable','refused')", name="photo_slot"),
        CheckConstraint("role in ('before','after','voice')", name="photo_role"),
    )

    intake_id: UUID = Field(primary_key=True)
    photo_id: UUID = Field(primary_key=True)
    intake_kind: str
    case_id: UUID | None = None
    seq: int
    role: str = Field(default="before", sa_column=Column(Text, nullable=False, server_default="before"))
    sha256: str
    size: int
    mime: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    exif: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    slot: str = Field(default=Slot.EXPECTED, sa_column=Column(Text, nullable=False, server_default="expected"))
    reason: str | None = None
    real_mime: str | None = None
    real_width: int | None = None
    real_height: int | None = None
    facts: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    store_key: str | None = None
    media_id: UUID = Field(default_factory=uuid7)
    stored_at: datetime | None = None
    derived_at: datetime | None = None
