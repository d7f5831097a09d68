"""What travels (contract.md, "Who is calling")."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from backend.core import auth
from backend.core.roles import Role

# PostgreSQL stores no NUL; a control character in a name or a password is always a mistake.
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class DeviceIn(BaseModel):
    """A phone registers. It chose both id and secret before its first report."""

    device_id: UUID
    secret: Line = Field(min_length=16, description="random, 256 bits recommended; the phone keeps it")
    public_key: str | None = Field(default=None, max_length=2000, pattern=r"^[\x20-\x7e]*$")


class DeviceOut(BaseModel):
    device_id: UUID
    token: str = Field(description="for Authorization: Bearer; the same pair gets the same token until it is revoked")


class SignInIn(BaseModel):
    username: Line
    password: Line


class SquadRef(BaseModel):
    code: str
    name: str


class RoleOut(BaseModel):
    role: Role
    squad: SquadRef | None


class PersonOut(BaseModel):
    id: UUID
    username: str
    name: str
    roles: list[RoleOut] = Field(description="held today")

    @classmethod
    def of(cls, person: auth.Person) -> "PersonOut":
        roles = [
            RoleOut(
                role=post.role,
                squad=SquadRef(code=post.squad_code, name=post.squad_name or post.squad_code)
                if post.squad_code
                else None,
            )
            for post in person.posts
        ]
        return cls(id=person.id, username=person.username, name=person.name, roles=roles)


class SessionOut(BaseModel):
    person: PersonOut


class OpenSession(BaseModel):
    """One browser where the caller is signed in."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime = Field(description="exact to ten minutes")
    expires_at: datetime
    user_agent: str
    current: bool = Field(description="the one that asks")


class OpenSessions(BaseModel):
    items: list[OpenSession]


class PasswordIn(BaseModel):
    current: Line
    new: Line


class WelcomeOut(BaseModel):
    """Whom a one-time link is for."""

    username: str
    name: str
    expires_at: datetime


class WelcomeIn(BaseModel):
    password: Line
