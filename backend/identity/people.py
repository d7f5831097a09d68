"""Accounts and posts: made by the import and by `create-user`, never with a password."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.core.auth import Person as Colleague
from backend.core.auth import token_hash
from backend.core.clock import utc_now, uuid7
from backend.core.roles import POSTS, SQUAD_ROLES, Role
from backend.identity import queries
from backend.identity.models import OneTimeLink, Person, Post
from backend.identity.passwords import hash_demo_password
from backend.settings import BadSettings, Settings

LINK_LASTS = timedelta(days=14)
_USERNAME = re.compile(r"[\w.@-]{1,60}")


@dataclass(frozen=True)
class NewPost:
    """A role with local days; `valid_to` is the last day, None is open. `squad_code` for the roles of a squad."""

    role: Role
    squad_code: str | None
    valid_from: date
    valid_to: date | None = None


def normal_username(username: str) -> str:
    """How a user name is stored and compared: a phone's keyboard likes to begin with a capital."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def check_account(username: str, name: str, posts: Sequence[NewPost]) -> None:
    """Raise ValueError, in one sentence for whoever imports, if these make no account."""
    if not _USERNAME.fullmatch(username):
        raise ValueError(f"user name {username!r}: letters, digits and . @ _ - only, at most 60")
    if username != normal_username(username):
        raise ValueError(f"user name {username!r} must be in small letters: {normal_username(username)!r}")
    if not name.strip():
        raise ValueError(f"{username}: the name is missing")
    seen: set[tuple[Role, str | None, date]] = set()
    for post in posts:
        if post.role not in POSTS:
            raise ValueError(f"{username}: {post.role.value} is not a post")
        if (post.role in SQUAD_ROLES) != bool(post.squad_code):
            needs = "needs a squad" if post.role in SQUAD_ROLES else "has no squad"
            raise ValueError(f"{username}: the role {post.role.value} {needs}")
        if post.valid_to is not None and post.valid_to < post.valid_from:
            raise ValueError(f"{username}: {post.role.value} ends on {post.valid_to} before it begins")
        key = (post.role, post.squad_code, post.valid_from)
        if key in seen:
            raise ValueError(f"{username}: {post.role.value} from {post.valid_from} stands there twice")
        seen.add(key)


async def upsert_person(
    session: AsyncSession,
    username: str,
    name: str,
    posts: Sequence[NewPost],
    demo: bool = False,
    *,
    now: datetime | None = None,
) -> tuple[Person, str | None]:
    """Make or change an account so that it has this name and exactly these posts: (person, link token).

    The token of a welcome link comes with an account that has neither password nor living link; demo accounts
    get none (`set_demo_password`). Running it twice changes nothing the second time. Raises ValueError.
    """
    check_account(username, name, posts)
    now = now or utc_now()
    person = (await session.scalars(select(Person).where(col(Person.username) == username))).one_or_none()
    if person is None:
        person = Person(id=uuid7(), username=username, name=name, is_demo=demo, created_at=now)
        session.add(person)
        await session.flush()
    elif person.is_demo != demo:
        raise ValueError(
            f"{username}: there is {'a demo' if person.is_demo else 'a real'} account of this name already"
        )
    person.name, person.active = name, True
    await _set_posts(session, person.id, posts)
    await session.flush()
    if demo or person.password_hash is not None or await _has_link(session, person.id, now):
        return person, None
    return person, await make_link(session, person.id, "welcome", now)


async def find_person(session: AsyncSession, person_id: UUID, now: datetime) -> Colleague | None:
    """The person with this id, signed in or not, with the posts of today; None if there never was one."""
    return await queries.person_by_id(session, person_id, now)


async def make_link(session: AsyncSession, person_id: UUID, purpose: str, now: datetime) -> str:
    """A token for /welcome/{token}, good once within LINK_LASTS; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            person_id=person_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + LINK_LASTS,
        )
    )
    await session.flush()
    return token


async def set_demo_password(session: AsyncSession, username: str, password: str) -> None:
    """Give a demo account its published password. Raises ValueError for any other account."""
    person = (await session.scalars(select(Person).where(col(Person.username) == username))).one_or_none()
    if person is None or not person.is_demo:
        raise ValueError(f"{username} is not a demo account")
    person.password_hash = hash_demo_password(password)
    await session.flush()


async def ensure_no_demo_accounts(session: AsyncSession, settings: Settings) -> None:
    """Raise BadSettings if demo accounts, whose passwords everybody knows, could sign in to a server in earnest."""
    if settings.demo:
        return
    names = (
        await session.scalars(text("select username from person where is_demo and active order by username"))
    ).all()
    if names:
        shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        raise BadSettings(
            f"schema {settings.schema} holds {len(names)} demo accounts ({shown}) whose passwords are public:"
            " start with XUNCHENG_DEMO=1, or use a schema without the demo"
        )


async def _set_posts(session: AsyncSession, person_id: UUID, posts: Sequence[NewPost]) -> None:
    wanted = {(post.role.value, post.squad_code, post.valid_from): post for post in posts}
    for row in (await session.scalars(select(Post).where(col(Post.person_id) == person_id))).all():
        post = wanted.pop((row.role, row.squad_code, row.valid_from), None)
        if post is None:
            await session.delete(row)
        else:
            row.valid_to = post.valid_to
    await session.flush()
    for post in wanted.values():
        session.add(Post(id=uuid7(), person_id=person_id, **{**vars(post), "role": post.role.value}))


async def _has_link(session: AsyncSession, person_id: UUID, now: datetime) -> bool:
    living = select(col(OneTimeLink.token_hash)).where(
        col(OneTimeLink.person_id) == person_id, col(OneTimeLink.used_at).is_(None), col(OneTimeLink.expires_at) > now
    )
    return (await session.scalars(living.limit(1))).one_or_none() is not None
