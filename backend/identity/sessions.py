"""Sign in and out. A session is a row; the cookie holds a random token whose hash the row has."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.auth import Person, token_hash
from backend.core.clock import uuid7
from backend.core.db import Transactions
from backend.core.errors import DomainError, NotFound, TooMany
from backend.identity import queries
from backend.identity.models import LoginAttempt, LoginSession
from backend.identity.passwords import matches
from backend.identity.people import normal_username
from backend.settings import Limits

MINUTE = timedelta(minutes=1)
ATTEMPTS_KEPT = timedelta(days=1)
NETWORK_FACTOR = 6  # an office shares one address


class BadCredentials(DomainError):
    """User name or password is wrong."""

    status, code = 401, "bad_credentials"


async def sign_in(
    transactions: Transactions,
    username: str,
    password: str,
    *,
    old_token: str | None,
    user_agent: str,
    net: str,
    now: datetime,
    limits: Limits,
) -> tuple[str, Person]:
    """Open a session: (token for the cookie, who it is). `old_token` is what the browser held, and ends.

    An unknown name takes as long as a wrong password. Raises BadCredentials, TooMany, NotReady.
    """
    username = normal_username(username)
    async with transactions() as session:
        attempt = await note_attempt(session, username, net=net, now=now, limits=limits)
        account = await queries.account(session, username)
    # No transaction is open while Argon2 works: it would keep a connection from everybody else.
    if not await matches(account.password_hash if account else None, password) or account is None:
        raise BadCredentials()
    async with transactions() as session:
        await attempt_succeeded(session, attempt, now)
        if old_token is not None:
            await end_session(session, old_token, now)
        return await open_session(session, account.id, user_agent=user_agent, now=now)


async def note_attempt(session: AsyncSession, username: str, *, net: str, now: datetime, limits: Limits) -> UUID:
    """Count an attempt to prove a password, as failed until `attempt_succeeded`. Raises TooMany.

    Counting comes before hashing, one user name at a time, so that guesses sent at once are counted too.
    """
    await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:username, 0))"), {"username": username})
    allowed = limits.sign_ins_per_minute
    filled = await queries.failed_attempts(session, username, net, now - MINUTE, allowed, allowed * NETWORK_FACTOR)
    if filled is not None:
        wait = filled + MINUTE - now
        raise TooMany("Too many wrong passwords: wait a little.", retry_after=max(1, -(-wait // timedelta(seconds=1))))
    attempt = LoginAttempt(id=uuid7(), username=username, net=net, at=now, ok=False)
    session.add(attempt)
    await session.flush()
    return attempt.id


async def attempt_succeeded(session: AsyncSession, attempt: UUID, now: datetime) -> None:
    """The password was right; old attempts are forgotten by the way."""
    await session.execute(update(LoginAttempt).where(col(LoginAttempt.id) == attempt).values(ok=True))
    await session.execute(delete(LoginAttempt).where(col(LoginAttempt.at) < now - ATTEMPTS_KEPT))


async def open_session(session: AsyncSession, person_id: UUID, *, user_agent: str, now: datetime) -> tuple[str, Person]:
    """A new session of an active person: (token, who it is)."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            id=uuid7(),
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + queries.SESSION_LASTS,
            user_agent=_printable(user_agent)[:300],
        )
    )
    await session.flush()
    person = await queries.SqlLookups().person(session, token_hash(token), now)
    if person is None:
        raise BadCredentials()  # deactivated between the two transactions
    return token, person


async def end_session(session: AsyncSession, token: str, now: datetime) -> None:
    """End the session of a cookie, if it is one."""
    await session.execute(
        update(LoginSession)
        .where(col(LoginSession.token_hash) == token_hash(token), col(LoginSession.revoked_at).is_(None))
        .values(revoked_at=now)
    )


async def revoke_session(session: AsyncSession, person: Person, session_id: UUID, now: datetime) -> None:
    """End one of a person's own sessions. Raises NotFound for another's, and for one that has ended."""
    found = await session.scalar(
        update(LoginSession)
        .where(
            col(LoginSession.id) == session_id,
            col(LoginSession.person_id) == person.id,
            col(LoginSession.revoked_at).is_(None),
        )
        .values(revoked_at=now)
        .returning(col(LoginSession.id))
    )
    if found is None:
        raise NotFound("You have no such session.")


async def revoke_all(session: AsyncSession, person_id: UUID, now: datetime, *, but: UUID | None = None) -> None:
    """End every session of a person, `but` one."""
    sessions = update(LoginSession).where(
        col(LoginSession.person_id) == person_id, col(LoginSession.revoked_at).is_(None)
    )
    if but is not None:
        sessions = sessions.where(col(LoginSession.id) != but)
    await session.execute(sessions.values(revoked_at=now))


def _printable(line: str) -> str:
    return "".join(sign for sign in line if sign.isprintable())
