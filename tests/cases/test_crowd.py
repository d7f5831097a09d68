"""A whole office behind one address: 400 of its staff in the same minute, and nobody is told to wait."""

import secrets
from collections import Counter

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import COOKIE
from backend.core.clock import uuid7
from backend.identity.sessions import open_session
from tests.conftest import TickingClock
from tests.identity.people import browser, make_person
from tests.make import Sender, jpeg, make_world, phone, report_payload

STAFF = 400


@pytest.fixture
async def office(app: Litestar, session: AsyncSession, clock: TickingClock) -> list[Sender]:
    """Inspectors who are signed in already, on phones that all show the same address."""
    await make_world(session)
    first = await make_person(session, "p0")
    people = [first.id]
    person = text(
        "insert into person (id, username, name, password_hash, is_demo, active, created_at)"
        " select :id, :name, :name, password_hash, is_demo, active, created_at from person where id = :first"
    )
    post = text(
        "insert into post (id, person_id, role, valid_from) values (gen_random_uuid(), :id, 'inspector', '2026-01-01')"
    )
    for n in range(1, STAFF):
        people.append(uuid7())
        await session.execute(person, {"id": people[-1], "name": f"p{n}", "first": first.id})
        await session.execute(post, {"id": people[-1]})
    senders = []
    for one in people:
        token, _ = await open_session(session, one, user_agent="", now=clock.now)
        client = browser(app)
        client.cookies.set(COOKIE, token)
        senders.append(Sender(client, person_id=one))
    await session.commit()
    return senders


async def test_four_hundred_staff_behind_one_address_are_not_limited(office: list[Sender]) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    body = jpeg("red")
    for n, sender in enumerate(office):
        payload = report_payload(body)
        answer = await sender.put_report(payload)
        seen["report", answer.status_code] += 1
        if n % 3 == 0:  # more looks than strangers of one address get
            looked = await sender.client.get(f"/api/v1/tracking/{answer.json()['public_ref']}")
            seen["tracking", looked.status_code] += 1
        if n % 20 == 0:
            stored = await sender.put_photo(f"reports/{answer.json()['id']}", payload["photos"][0]["id"], body)
            seen["photo", stored.status_code] += 1
    assert seen == {("report", 201): STAFF, ("tracking", 200): 134, ("photo", 201): 20}


async def test_strangers_behind_one_address_share_a_limit_for_tracking_pages_and_a_phone_has_its_own(
    app: Litestar, session: AsyncSession
) -> None:
    await make_world(session)
    citizen = await phone(app)
    path = f"/api/v1/tracking/{(await citizen.put_report(report_payload())).json()['public_ref']}"
    stranger = browser(app)
    answers = [(await stranger.get(path)).status_code for _ in range(121)]
    assert (answers.count(200), answers[-1]) == (120, 429)
    assert (await citizen.client.get(path)).status_code == 200
    guess = browser(app, Authorization=f"Bearer {secrets.token_urlsafe(32)}")
    assert (await guess.get(path)).status_code == 429
