"""What people of the organisation are told: one row for each person and thing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backend.core.clock import uuid7


class Message(SQLModel, table=True):
    """`visible_at` is when it may be told: whoever sleeps is not woken, and what can wait comes in one digest.

    `about` is unique with the person: the same thing is never told twice, however often a job runs.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_person", "person_id", "visible_at", "id"),
        Index("message_once", "person_id", "about", unique=True),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    person_id: UUID
    kind: str
    case_id: UUID | None = None
    about: str
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}"))
    created_at: datetime
    visible_at: datetime
    read_at: datetime | None = None
