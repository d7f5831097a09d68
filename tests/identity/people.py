"""People for tests: they have a password and a post, and sign in through the front door."""

import datetime as dt

import httpx
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.roles import SQUAD_ROLES, Role
from backend.identity.models import Person
from backend.identity.passwords import hash_demo_password
from backend.identity.people import NewPost, upsert_person

PASSWORD = "correct horse 42"
START = dt.date(2026, 1, 1)


def post(role: Role, squad: str | None = None, start: dt.date = START, end: dt.date | None = None) -> NewPost:
    return NewPost(role, squad or ("T-A" if role in SQUAD_ROLES else None), start, end)


async def make_person(session: AsyncSession, username: str = "li", *posts: NewPost, password: str = PASSWORD) -> Person:
    """An account with these posts (an inspector if none) that can sign in; seen by the app at once."""
    person, _ = await upsert_person(session, username, username.title(), posts or [post(Role.INSPECTOR)])
    person.password_hash = hash_demo_password(password)
    await session.flush()
    await session.commit()
    return person


def browser(app: Litestar, **headers: str) -> httpx.AsyncClient:
    """Another browser on our own pages, with cookies of its own."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://localhost",
        headers={"X-Client": "test", "Sec-Fetch-Site": "same-origin", **headers},
    )


async def sign_in(client: httpx.AsyncClient, username: str = "li", password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/v1/session", json={"username": username, "password": password})
