"""Statements of identity. Names of squads and the district's zone are territory's, which lies above: plain SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core import auth
from backend.core.roles import Role

SESSION_LASTS = timedelta(days=14)
# A session's times are written at most this often, so that reading pages writes nothing.
SEEN_EVERY = timedelta(minutes=10)

_DEVICE = text("select id from device where token_hash = :token_hash and revoked_at is null and blocked_at is null")

_PERSON = text("""
    with live as (
        select s.id, s.last_seen_at, p.id as person_id, p.username, p.name
        from login_session s join person p on p.id = s.person_id and p.active
        where s.token_hash = :token_hash and s.revoked_at is null and s.expires_at > :now
    ), seen as (
        update login_session s set last_seen_at = :now, expires_at = :expires_at
        from live where s.id = live.id and live.last_seen_at < :seen_before
    ), today as (
        select (cast(:now as timestamptz) at time zone coalesce(
            (select time_zone from district order by valid_from desc limit 1), 'UTC'))::date as day
    )
    select live.id as session_id, live.person_id, live.username, live.name, t.role, t.squad_code, q.name as squad_name
    from live cross join today
    left join post t on t.person_id = live.person_id
        and t.valid_from <= today.day and (t.valid_to is null or t.valid_to >= today.day)
    left join squad q on q.code = t.squad_code
    order by t.role, t.squad_code
""")


_PERSON_BY_ID = text("""
    with today as (
        select (cast(:now as timestamptz) at time zone coalesce(
            (select time_zone from district order by valid_from desc limit 1), 'UTC'))::date as day
    )
    select p.id, p.username, p.name, t.role, t.squad_code, q.name as squad_name
    from person p cross join today
    left join post t on p.active and t.person_id = p.id
        and t.valid_from <= today.day and (t.valid_to is null or t.valid_to >= today.day)
    left join squad q on q.code = t.squad_code
    where p.id = :id
    order by t.role, t.squad_code
""")


async def person_by_id(session: AsyncSession, person_id: UUID, now: datetime) -> auth.Person | None:
    """The person with this id, however long gone, with the posts of today; nobody left has any."""
    rows = (await session.execute(_PERSON_BY_ID, {"id": person_id, "now": now})).all()
    if not rows:
        return None
    posts = tuple(auth.Post(Role(row.role), row.squad_code, row.squad_name) for row in rows if row.role)
    return auth.Person(rows[0].id, rows[0].username, rows[0].name, posts)


class SqlLookups:
    """core.auth.Lookups by one statement each."""

    async def device(self, session: AsyncSession, token_hash: bytes) -> auth.Device | None:
        row = (await session.execute(_DEVICE, {"token_hash": token_hash})).one_or_none()
        return auth.Device(row.id) if row else None

    async def person(self, session: AsyncSession, token_hash: bytes, now: datetime) -> auth.Person | None:
        values = {
            "token_hash": token_hash,
            "now": now,
            "seen_before": now - SEEN_EVERY,
            "expires_at": now + SESSION_LASTS,
        }
        rows = (await session.execute(_PERSON, values)).all()
        if not rows:
            return None
        posts = tuple(auth.Post(Role(row.role), row.squad_code, row.squad_name) for row in rows if row.role)
        return auth.Person(rows[0].person_id, rows[0].username, rows[0].name, posts, rows[0].session_id)


async def new_devices(session: AsyncSession, net: str, since: datetime, allowed: int) -> datetime | None:
    """When the `allowed`-th newest device of `net` since `since` came; None if there are fewer."""
    found: datetime | None = await session.scalar(
        text(
            "select created_at from device where net = :net and created_at > :since"
            " order by created_at desc offset :skip limit 1"
        ),
        {"net": net, "since": since, "skip": max(allowed, 1) - 1},
    )
    return found


async def failed_attempts(
    session: AsyncSession, username: str, net: str, since: datetime, per_username: int, per_net: int
) -> datetime | None:
    """When the attempt that fills either limit came; None if both have room."""
    found: datetime | None = await session.scalar(
        text("""select greatest(
            (select at from login_attempt where username = :username and not ok and at > :since
             order by at desc offset :username_skip limit 1),
            (select at from login_attempt where net = :net and not ok and at > :since
             order by at desc offset :net_skip limit 1))"""),
        {
            "username": username,
            "net": net,
            "since": since,
            "username_skip": max(per_username, 1) - 1,
            "net_skip": max(per_net, 1) - 1,
        },
    )
    return found


@dataclass(frozen=True)
class Account:
    """Whose password is asked for."""

    id: UUID
    password_hash: str | None


async def account(session: AsyncSession, username: str) -> Account | None:
    """The active account of this name."""
    row = (
        await session.execute(
            text("select id, password_hash from person where username = :username and active"), {"username": username}
        )
    ).one_or_none()
    return Account(row.id, row.password_hash) if row else None


async def open_sessions(session: AsyncSession, person_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """A person's live sessions, the last used first."""
    rows = await session.execute(
        text(
            "select id, created_at, last_seen_at, expires_at, user_agent from login_session"
            " where person_id = :person_id and revoked_at is null and expires_at > :now order by last_seen_at desc, id"
        ),
        {"person_id": person_id, "now": now},
    )
    return [dict(row) for row in rows.mappings()]
