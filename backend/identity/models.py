"""People, what they may do and from when, and how they prove who they are.

Tokens are stored as their SHA-256 only.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """Somebody with an account. People leave by `active`, never by deletion: history points at them."""

    id: UUID = Field(primary_key=True)
    username: str = Field(unique=True, description="as typed to sign in; small letters")
    name: str
    password_hash: str | None = Field(default=None, description="Argon2; null until the person set one")
    is_demo: bool = False
    active: bool = True
    created_at: dt.datetime


class Post(SQLModel, table=True):
    """One role of a person, in a squad or not. Local days; `valid_to` is the last day, null is open."""

    __table_args__ = (
        Index(
            "uq_post",
            "person_id",
            "role",
            "squad_code",
            "valid_from",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    role: str = Field(description="core.auth.Role without reporter")
    # No foreign key: squads belong to territory, which lies above; the import checks the code.
    squad_code: str | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None


class DutyTime(SQLModel, table=True):
    """When somebody is on duty, on leave, or on call (备勤); `partner_id` is who goes with him (两人执法)."""

    __tablename__ = "duty_time"
    __table_args__ = (
        Index("duty_time_person", "person_id", "starts_at"),
        Index("duty_time_at", "starts_at", "ends_at"),
        CheckConstraint("kind in ('shift','leave','on_call')", name="duty_time_kind"),
        CheckConstraint("ends_at > starts_at", name="duty_time_forward"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    partner_id: UUID | None = Field(default=None, foreign_key="person.id")
    note: str = ""


class LoginSession(SQLModel, table=True):
    """One browser that a person signed in with. Ends by `expires_at` (it slides) or `revoked_at`."""

    __tablename__ = "login_session"

    id: UUID = Field(primary_key=True)
    token_hash: bytes = Field(unique=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None = None
    user_agent: str = ""


class Device(SQLModel, table=True):
    """A phone that may report. It chose its id and secret; its token follows from the secret and `salt`."""

    __table_args__ = (Index("ix_device_net_created_at", "net", "created_at"),)

    id: UUID = Field(primary_key=True)
    secret_hash: bytes
    salt: bytes = Field(description="32 random bytes; new ones after a revocation, so that the token changes")
    token_hash: bytes = Field(unique=True)
    public_key: str | None = None
    net: str = Field(description="the /24 or /64 that registered it")
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None
    blocked_at: dt.datetime | None = None


class OneTimeLink(SQLModel, table=True):
    """A link that lets a person set a password, once."""

    __tablename__ = "one_time_link"

    token_hash: bytes = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    purpose: str = Field(description="welcome | reset")
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None = None


class LoginAttempt(SQLModel, table=True):
    """One attempt to prove a password, kept for a day: the rate limits count the failed ones."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_username_at", "username", "at"),
        Index("ix_login_attempt_net_at", "net", "at"),
    )

    id: UUID = Field(primary_key=True)
    username: str
    net: str
    at: dt.datetime = Field(index=True)
    ok: bool
