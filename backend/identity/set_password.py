"""The two ways to a password: a one-time link, and knowing the present one. Nobody else ever sets it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core import auth
from backend.core.auth import token_hash
from backend.core.db import Transactions
from backend.core.errors import DomainError
from backend.identity import queries, sessions
from backend.identity.models import OneTimeLink, Person
from backend.identity.passwords import check_strength, hash_password, matches
from backend.settings import Limits


class UnknownLink(DomainError):
    """There is no such link."""

    status, code = 404, "unknown_link"


class LinkUsed(DomainError):
    """This link was used already: sign in with your password."""

    status, code = 410, "link_used"


class LinkExpired(DomainError):
    """This link has expired: ask for a new one."""

    status, code = 410, "link_expired"


class WrongPassword(DomainError):
    """The present password is wrong."""

    status, code = 403, "wrong_password"


@dataclass(frozen=True)
class Welcome:
    """Whom a living link is for."""

    person_id: UUID
    username: str
    name: str
    expires_at: datetime


async def welcome(session: AsyncSession, token: str, now: datetime) -> Welcome:
    """Look at a one-time link without using it. Raises UnknownLink, LinkUsed, LinkExpired."""
    row = (
        await session.execute(
            text(
                "select p.id, p.username, p.name, l.expires_at, l.used_at from one_time_link l"
                " join person p on p.id = l.person_id and p.active where l.token_hash = :token_hash"
            ),
            {"token_hash": token_hash(token)},
        )
    ).one_or_none()
    if row is None:
        raise UnknownLink()
    if row.used_at is not None:
        raise LinkUsed()
    if row.expires_at <= now:
        raise LinkExpired(expired_at=row.expires_at.isoformat())
    return Welcome(row.id, row.username, row.name, row.expires_at)


async def accept_welcome(
    transactions: Transactions, token: str, password: str, *, user_agent: str, now: datetime
) -> tuple[str, auth.Person]:
    """Set the password of a one-time link and sign in: (token for the cookie, who it is).

    Uses up the link and any other of this person; ends the sessions there were. Raises UnknownLink, LinkUsed,
    LinkExpired, WeakPassword.
    """
    async with transactions() as session:
        found = await welcome(session, token, now)
    check_strength(password, found.username)
    hashed = await hash_password(password)
    async with transactions() as session:
        used = await session.scalar(
            update(OneTimeLink)
            .where(col(OneTimeLink.token_hash) == token_hash(token), col(OneTimeLink.used_at).is_(None))
            .values(used_at=now)
            .returning(col(OneTimeLink.person_id))
        )
        if used is None:
            raise LinkUsed()  # by another request, while we hashed
        await _store(session, found.person_id, hashed, now)
        await sessions.revoke_all(session, found.person_id, now)
        return await sessions.open_session(session, found.person_id, user_agent=user_agent, now=now)


async def change_password(
    transactions: Transactions,
    person: auth.Person,
    current: str,
    new: str,
    *,
    net: str,
    now: datetime,
    limits: Limits,
) -> None:
    """Change one's own password; every other session ends. Raises WrongPassword, WeakPassword, TooMany."""
    check_strength(new, person.username)
    async with transactions() as session:
        attempt = await sessions.note_attempt(session, person.username, net=net, now=now, limits=limits)
        account = await queries.account(session, person.username)
    if not await matches(account.password_hash if account else None, current):
        raise WrongPassword()
    hashed = await hash_password(new)
    async with transactions() as session:
        await sessions.attempt_succeeded(session, attempt, now)
        await _store(session, person.id, hashed, now)
        await sessions.revoke_all(session, person.id, now, but=person.session_id)


async def _store(session: AsyncSession, person_id: UUID, hashed: str, now: datetime) -> None:
    await session.execute(update(Person).where(col(Person.id) == person_id).values(password_hash=hashed))
    await session.execute(
        update(OneTimeLink)
        .where(col(OneTimeLink.person_id) == person_id, col(OneTimeLink.used_at).is_(None))
        .values(used_at=now)
    )
