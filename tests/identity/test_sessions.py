import datetime as dt
import time
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import COOKIE, token_hash
from backend.core.errors import NotReady
from backend.core.roles import Role
from backend.identity import passwords
from backend.identity.models import LoginSession
from backend.identity.people import upsert_person
from tests.conftest import TickingClock
from tests.identity.people import PASSWORD, browser, make_person, post, sign_in

SESSION = "/api/v1/session"


async def test_whoever_signs_in_hears_who_they_are_and_what_they_may_do(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await session.execute(
        text("insert into squad (code, name, name_en, kind) values ('T-A', '甲中队', 'Squad A', 'territorial')")
    )
    person = await make_person(session, "li", post(Role.INSPECTOR), post(Role.SQUAD_LEADER, "T-A"))
    answer = await sign_in(client)
    who = {
        "person": {
            "id": str(person.id),
            "username": "li",
            "name": "Li",
            "roles": [
                {"role": "inspector", "squad": None},
                {"role": "squad_leader", "squad": {"code": "T-A", "name": "甲中队"}},
            ],
        }
    }
    assert (answer.status_code, answer.json()) == (201, who)
    again = await client.get(SESSION)
    assert (again.status_code, again.json()) == (200, who)


async def test_the_keyboards_capital_letter_and_a_space_do_not_matter(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_person(session, "li")
    assert (await sign_in(client, "Li ")).status_code == 201


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_person(session)
    cookie = (await sign_in(client)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/;" in cookie + ";"
    assert "secure" not in cookie  # plain http on localhost


@pytest.mark.parametrize(
    "address", ["https://localhost", "http://x.example", "http://192.168.1.7:8000", "http://localhost.x.example"]
)
async def test_the_cookie_is_secure_everywhere_but_on_plain_localhost(
    address: str, app: Litestar, session: AsyncSession
) -> None:
    await make_person(session)
    async with browser(app) as client:
        client.base_url = httpx.URL(address)
        assert "secure" in (await sign_in(client)).headers["set-cookie"].lower()


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
async def test_on_this_machine_plain_http_is_enough(address: str, app: Litestar, session: AsyncSession) -> None:
    await make_person(session)
    async with browser(app) as client:
        client.base_url = httpx.URL(address)
        assert "secure" not in (await sign_in(client)).headers["set-cookie"].lower()


@pytest.mark.parametrize("host", ["[", "a b", "x:99999999"])
async def test_a_host_that_is_none_breaks_nothing(host: str, client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session)
    client.headers["Host"] = host
    assert (await sign_in(client)).status_code in (201, 400)
    assert (await client.delete(SESSION)).status_code in (204, 400)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"username": 1, "password": 2}',
        b'{"username": "a\\u0000", "password": "b"}',
        b'{"username": "\\ud800", "password": "\\udfff"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_a_body_that_is_no_sign_in_is_refused(body: bytes, client: httpx.AsyncClient) -> None:
    answer = await client.post(SESSION, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_only_the_hash_of_the_cookie_is_stored(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session)
    await sign_in(client)
    token = client.cookies[COOKIE]
    row = (await session.execute(text("select token_hash from login_session"))).one()
    assert row.token_hash == token_hash(token)
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("li", "wrong password"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("new", PASSWORD),
        ("", ""),
        ("li' or 1=1 --", PASSWORD),
    ],
)
async def test_wrong_names_and_passwords_are_answered_alike(
    username: str, password: str, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_person(session, "li")
    (await make_person(session, "gone")).active = False
    await upsert_person(session, "new", "Has no password yet", [])
    await session.commit()
    answer = await sign_in(client, username, password)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert COOKIE not in client.cookies


async def test_an_unknown_name_costs_as_much_as_a_wrong_password() -> None:
    """The hash that stands in for nobody has the cost of a real one, and fits no password."""
    assert not passwords._hasher.check_needs_rehash(passwords.NOBODY)
    assert await processor_time(None) > await processor_time(await passwords.hash_password(PASSWORD)) / 2


async def processor_time(stored: str | None) -> float:
    started = time.process_time()
    assert not await passwords.matches(stored, "wrong")
    return time.process_time() - started


async def test_more_sign_ins_than_the_server_can_hash_wait_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_waiting", passwords._MOST_WAITING)
    with pytest.raises(NotReady):
        await passwords.matches(None, "x")


async def test_a_user_name_is_closed_for_a_minute_after_ten_wrong_passwords(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await make_person(session, "li")
    await make_person(session, "wang")
    for _ in range(10):
        assert (await sign_in(client, "li", "wrong")).status_code == 401
        clock.forward(seconds=1)
    refused = await sign_in(client, "li")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "50")
    assert (await sign_in(client, "wang")).status_code == 201
    clock.forward(seconds=51)
    assert (await sign_in(client, "li")).status_code == 201


async def test_a_network_that_tries_many_names_is_stopped(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await make_person(session)
    await session.execute(
        text(
            "insert into login_attempt (id, username, net, at, ok)"
            " select gen_random_uuid(), 'n' || n, '127.0.0.0/24', :now, false from generate_series(1, 60) n"
        ),
        {"now": clock.now},
    )
    await session.commit()
    assert (await sign_in(client)).status_code == 429


async def test_right_passwords_are_not_counted(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session)
    for _ in range(12):
        assert (await sign_in(client)).status_code == 201


async def test_after_sign_out_the_cookie_opens_nothing(app: Litestar, session: AsyncSession) -> None:
    await make_person(session)
    async with browser(app) as client, browser(app) as thief:
        await sign_in(client)
        thief.cookies.set(COOKIE, client.cookies[COOKIE])
        assert (await thief.get(SESSION)).status_code == 200
        gone = await client.delete(SESSION)
        assert gone.status_code == 204
        assert COOKIE not in client.cookies
        assert (await client.get(SESSION)).json()["code"] == "sign_in"
        assert (await thief.get(SESSION)).status_code == 401


async def test_signing_out_without_a_session_is_no_error(client: httpx.AsyncClient) -> None:
    assert (await client.delete(SESSION)).status_code == 204


async def test_signing_in_again_ends_the_session_that_the_browser_had(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_person(session)
    await sign_in(client)
    await sign_in(client)
    assert len((await client.get("/api/v1/sessions")).json()["items"]) == 1


async def test_a_session_in_use_goes_on_and_an_idle_one_ends_after_14_days(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await make_person(session)
    await sign_in(client)
    for _ in range(3):
        clock.forward(days=13)
        assert (await client.get(SESSION)).status_code == 200
    clock.forward(days=14, seconds=1)
    assert (await client.get(SESSION)).status_code == 401


async def test_reading_writes_a_session_at_most_every_ten_minutes(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await make_person(session)
    await sign_in(client)
    start = clock.now
    clock.forward(minutes=9)
    await client.get(SESSION)
    seen = text("select last_seen_at from login_session")
    assert await session.scalar(seen) == start
    clock.forward(minutes=2)
    await client.get(SESSION)
    assert await session.scalar(seen) == start + dt.timedelta(minutes=11)


async def test_a_person_sees_their_own_open_sessions(app: Litestar, session: AsyncSession) -> None:
    await make_person(session, "li")
    await make_person(session, "wang")
    async with browser(app, **{"User-Agent": "Phone"}) as phone, browser(app, **{"User-Agent": "Desk\x01"}) as desk:
        await sign_in(phone)
        await sign_in(desk)
        async with browser(app) as other:
            await sign_in(other, "wang")
        items = (await phone.get("/api/v1/sessions")).json()["items"]
        assert {(item["user_agent"], item["current"]) for item in items} == {("Phone", True), ("Desk", False)}


async def test_a_revoked_session_is_refused_at_once(app: Litestar, session: AsyncSession) -> None:
    await make_person(session)
    async with browser(app) as mine, browser(app) as lost:
        await sign_in(mine)
        await sign_in(lost)
        items = (await mine.get("/api/v1/sessions")).json()["items"]
        other = next(item["id"] for item in items if not item["current"])
        assert (await mine.delete(f"/api/v1/sessions/{other}")).status_code == 204
        assert (await lost.get(SESSION)).json()["code"] == "sign_in"
        assert (await mine.get(SESSION)).status_code == 200
        assert (await mine.delete(f"/api/v1/sessions/{other}")).status_code == 404


async def test_another_persons_session_cannot_be_revoked(app: Litestar, session: AsyncSession) -> None:
    await make_person(session, "li")
    await make_person(session, "wang", post(Role.ADMINISTRATOR))
    async with browser(app) as victim, browser(app) as attacker:
        await sign_in(victim, "li")
        await sign_in(attacker, "wang")
        victims = (await victim.get("/api/v1/sessions")).json()["items"][0]["id"]
        answer = await attacker.delete(f"/api/v1/sessions/{victims}")
        assert answer.status_code == (await attacker.delete(f"/api/v1/sessions/{uuid4()}")).status_code == 404
        assert (await victim.get(SESSION)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", SESSION),
        ("GET", "/api/v1/sessions"),
        ("DELETE", f"/api/v1/sessions/{uuid4()}"),
        ("PUT", "/api/v1/password"),
    ],
)
async def test_a_stranger_is_told_to_sign_in(method: str, path: str, client: httpx.AsyncClient) -> None:
    body = {"current": "x", "new": "a new password"} if method == "PUT" else None
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")
    client.cookies.set(COOKIE, "a cookie that we never gave")
    assert (await client.request(method, path, json=body)).status_code == 401


async def test_a_deactivated_person_is_out_at_once(client: httpx.AsyncClient, session: AsyncSession) -> None:
    person = await make_person(session)
    await sign_in(client)
    person.active = False
    await session.commit()
    assert (await client.get(SESSION)).status_code == 401


async def test_roles_are_those_of_today_in_the_districts_own_time(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    await session.execute(
        text(
            "insert into district (code, name, name_en, fallback_squad, time_zone, work_hours, metric_srid, outline,"
            " valid_from) values ('990101', '示例区', 'Example', 'F', 'Asia/Shanghai', '08:00-12:00', 4547,"
            " ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))', 4326), '2026-01-01')"
        )
    )
    last_day = dt.date(2026, 11, 24)
    next_day = last_day + dt.timedelta(days=1)
    await make_person(session, "li", post(Role.OPERATOR, end=last_day), post(Role.INSPECTOR, start=next_day))
    await sign_in(client)

    async def roles() -> list[str]:
        return [role["role"] for role in (await client.get(SESSION)).json()["person"]["roles"]]

    assert await roles() == ["operator"]
    clock.now = dt.datetime(2026, 11, 24, 15, 59, tzinfo=dt.UTC)
    assert await roles() == ["operator"]
    clock.now = dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC)  # midnight in Shanghai
    assert await roles() == ["inspector"]


async def test_a_person_without_a_post_can_sign_in_and_has_no_role(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_person(session, "li", post(Role.INSPECTOR, end=dt.date(2026, 2, 1)))
    assert (await sign_in(client)).json()["person"]["roles"] == []


async def test_who_calls_is_one_statement(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_person(session, "li", post(Role.INSPECTOR), post(Role.SQUAD_MEMBER))
    await sign_in(client)
    seen: list[str] = []
    connection = (await session.connection()).sync_connection
    assert connection is not None
    listen = lambda *a: seen.append(a[2])  # noqa: E731
    event.listen(connection, "before_cursor_execute", listen)
    try:
        await client.get(SESSION)
    finally:
        event.remove(connection, "before_cursor_execute", listen)
    assert len([statement for statement in seen if "SAVEPOINT" not in statement]) == 1


async def test_an_idle_row_of_a_session_keeps_its_history(client: httpx.AsyncClient, session: AsyncSession) -> None:
    """Sign-out ends a session and does not delete it: who was signed in when stays known."""
    await make_person(session)
    await sign_in(client)
    await client.delete(SESSION)
    row = (await session.execute(text("select revoked_at, created_at from login_session"))).one()
    assert row.revoked_at == row.created_at
    assert LoginSession.__tablename__ == "login_session"
