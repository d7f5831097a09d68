import asyncio

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import COOKIE
from backend.identity.models import Person
from backend.identity.people import make_link, upsert_person
from tests.conftest import TickingClock
from tests.identity.people import PASSWORD, browser, make_person, sign_in

NEW = "another good one 7"


async def make_welcome(session: AsyncSession, clock: TickingClock, username: str = "li") -> str:
    """A new account without a password: the token of its link."""
    _, token = await upsert_person(session, username, "李巡", [], now=clock.now)
    await session.commit()
    assert token is not None
    return token


def welcome(token: str) -> str:
    return f"/api/v1/welcome/{token}"


async def change(client: httpx.AsyncClient, current: str = PASSWORD, new: str = NEW) -> httpx.Response:
    return await client.put("/api/v1/password", json={"current": current, "new": new})


async def test_a_link_says_whom_it_is_for_and_is_not_used_up_by_looking(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    token = await make_welcome(session, clock)
    for _ in range(2):
        answer = await client.get(welcome(token))
        assert answer.status_code == 200
        assert (answer.json()["username"], answer.json()["name"]) == ("li", "李巡")


async def test_a_link_sets_the_password_and_signs_in(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    answer = await client.post(welcome(await make_welcome(session, clock)), json={"password": NEW})
    assert (answer.status_code, answer.json()["person"]["username"]) == (201, "li")
    assert (await client.get("/api/v1/session")).status_code == 200
    assert (await sign_in(client, "li", NEW)).status_code == 201


async def test_a_password_is_stored_as_argon2(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await client.post(welcome(await make_welcome(session, clock)), json={"password": NEW})
    session.expire_all()
    person = await session.run_sync(lambda sync: sync.query(Person).filter_by(username="li").one())
    assert person.password_hash is not None and person.password_hash.startswith("$argon2id$")


async def test_a_link_works_once(client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock) -> None:
    token = await make_welcome(session, clock)
    await client.post(welcome(token), json={"password": NEW})
    again = await client.post(welcome(token), json={"password": "the thief's choice"})
    assert (again.status_code, again.json()["code"]) == (410, "link_used")
    assert (await client.get(welcome(token))).json()["code"] == "link_used"
    assert (await sign_in(client, "li", NEW)).status_code == 201


async def test_an_expired_link_says_so(client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock) -> None:
    token = await make_welcome(session, clock)
    clock.forward(days=14)
    for answer in (await client.get(welcome(token)), await client.post(welcome(token), json={"password": NEW})):
        assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")
    assert COOKIE not in client.cookies


async def test_an_unknown_link_is_unknown(client: httpx.AsyncClient) -> None:
    for answer in (await client.get(welcome("x" * 43)), await client.post(welcome("x" * 43), json={"password": NEW})):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_link")


async def test_using_one_link_uses_up_the_others_of_that_person(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    first = await make_welcome(session, clock)
    person = await session.run_sync(lambda sync: sync.query(Person).filter_by(username="li").one())
    second = await make_link(session, person.id, "reset", clock.now)
    await session.commit()
    await client.post(welcome(second), json={"password": NEW})
    assert (await client.get(welcome(first))).json()["code"] == "link_used"


async def test_a_link_for_a_forgotten_password_ends_the_old_sessions(
    app: Litestar, session: AsyncSession, clock: TickingClock
) -> None:
    person = await make_person(session)
    token = await make_link(session, person.id, "reset", clock.now)
    await session.commit()
    async with browser(app) as old, browser(app) as new:
        await sign_in(old)
        await new.post(welcome(token), json={"password": NEW})
        assert (await old.get("/api/v1/session")).status_code == 401
        assert (await new.get("/api/v1/session")).status_code == 200
        assert (await sign_in(old)).status_code == 401


@pytest.mark.parametrize(
    ("password", "rule"),
    [("short", "short"), ("aaaaaaaaaaaaaaa", "repeated"), ("ababababababab", "repeated"), ("zhangweiguo1", "username")],
)
async def test_a_weak_password_is_refused_with_the_rule_and_the_link_stays(
    password: str, rule: str, client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    token = await make_welcome(session, clock, "zhangweiguo")
    answer = await client.post(welcome(token), json={"password": password})
    assert (answer.status_code, answer.json()["code"], answer.json()["rule"]) == (422, "weak_password", rule)
    assert (await client.get(welcome(token))).status_code == 200


async def test_a_changed_password_ends_every_other_session(app: Litestar, session: AsyncSession) -> None:
    await make_person(session)
    async with browser(app) as mine, browser(app) as other:
        await sign_in(mine)
        await sign_in(other)
        assert (await change(mine)).status_code == 204
        assert (await mine.get("/api/v1/session")).status_code == 200
        assert (await other.get("/api/v1/session")).status_code == 401
        assert (await sign_in(other)).status_code == 401
        assert (await sign_in(other, "li", NEW)).status_code == 201


async def test_the_present_password_is_asked_for(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session)
    await sign_in(client)
    answer = await change(client, current="wrong")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    assert (await sign_in(client)).status_code == 201


async def test_guessing_the_present_password_is_limited(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session)
    await sign_in(client)
    answers = [(await change(client, current=f"wrong {n}")).status_code for n in range(11)]
    assert answers == [403] * 10 + [429]


async def test_changing_to_a_weak_password_is_refused(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session)
    await sign_in(client)
    assert (await change(client, new="short")).json()["code"] == "weak_password"
    assert (await sign_in(client)).status_code == 201


async def test_hashing_leaves_the_event_loop_free() -> None:
    from backend.identity import passwords

    work = asyncio.create_task(passwords.hash_password(NEW))
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
