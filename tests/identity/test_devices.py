import asyncio
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from backend.core.auth import token_hash
from backend.core.db import Sessions
from backend.identity import devices
from backend.identity.devices import revoke_device
from backend.identity.models import Device
from backend.identity.queries import SqlLookups
from backend.main import create_app
from backend.settings import Limits, Settings
from tests.conftest import TickingClock, make_settings
from tests.identity.people import browser

SECRET = "s" * 43


async def register(client: httpx.AsyncClient, device_id: UUID, secret: str = SECRET) -> httpx.Response:
    return await client.post("/api/v1/devices", json={"device_id": str(device_id), "secret": secret})


async def named_by(session: AsyncSession, token: str) -> UUID | None:
    device = await SqlLookups().device(session, token_hash(token))
    return device.id if device else None


async def test_a_new_phone_gets_a_token_that_names_it(client: httpx.AsyncClient, session: AsyncSession) -> None:
    device_id = uuid4()
    answer = await register(client, device_id)
    assert answer.status_code == 201
    assert answer.json()["device_id"] == str(device_id)
    assert await named_by(session, answer.json()["token"]) == device_id


async def test_the_same_pair_again_is_the_same_device_with_the_same_token(client: httpx.AsyncClient) -> None:
    device_id = uuid4()
    first, second = await register(client, device_id), await register(client, device_id)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_another_secret_for_a_known_device_is_refused(client: httpx.AsyncClient) -> None:
    device_id = uuid4()
    await register(client, device_id)
    answer = await register(client, device_id, "another secret, as long")
    assert (answer.status_code, answer.json()["code"]) == (403, "secret_differs")


async def test_only_hashes_of_secret_and_token_are_stored(client: httpx.AsyncClient, session: AsyncSession) -> None:
    device_id = uuid4()
    token = (await register(client, device_id)).json()["token"]
    row = await session.get_one(Device, device_id)
    stored = repr(row.model_dump()).encode() + row.salt + row.secret_hash + row.token_hash
    assert SECRET.encode() not in stored
    assert token.encode() not in stored


async def test_a_revoked_phone_registers_again_and_only_the_new_token_counts(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    device_id = uuid4()
    old = (await register(client, device_id)).json()["token"]
    await revoke_device(session, device_id, clock.now)
    await session.commit()
    assert await named_by(session, old) is None
    again = await register(client, device_id)
    assert again.status_code == 200
    assert await named_by(session, again.json()["token"]) == device_id
    assert await named_by(session, old) is None


async def test_a_blocked_phone_cannot_come_back(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    device_id = uuid4()
    token = (await register(client, device_id)).json()["token"]
    await revoke_device(session, device_id, clock.now, block=True)
    await session.commit()
    answer = await register(client, device_id)
    assert (answer.status_code, answer.json()["code"]) == (403, "device_blocked")
    assert await named_by(session, token) is None


async def test_a_blocked_phone_is_not_told_so_to_somebody_without_its_secret(
    client: httpx.AsyncClient, session: AsyncSession, clock: TickingClock
) -> None:
    device_id = uuid4()
    await register(client, device_id)
    await revoke_device(session, device_id, clock.now, block=True)
    await session.commit()
    assert (await register(client, device_id, "another secret, as long")).json()["code"] == "secret_differs"


async def test_a_phone_that_registers_twice_at_the_same_moment_is_one_device(
    engine: AsyncEngine, clock: TickingClock
) -> None:
    """Two real transactions: the second waits for the first and then takes its device."""
    device_id = uuid4()
    maker = async_sessionmaker(engine, expire_on_commit=False)

    async def once(session: AsyncSession) -> tuple[str, bool]:
        return await devices.register(session, device_id, SECRET, None, net="n", now=clock.now, per_minute=60)

    try:
        async with maker() as first, maker() as second:
            token, new = await once(first)
            late = asyncio.create_task(once(second))
            waiting = text("select count(*) from pg_locks where not granted")
            while not await first.scalar(waiting):  # noqa: ASYNC110 (PostgreSQL has no event for this)
                await asyncio.sleep(0)
            await first.commit()
            assert (new, await late) == (True, (token, False))
    finally:
        async with maker.begin() as cleaner:
            await cleaner.execute(text("delete from device where id = :id"), {"id": device_id})


async def test_new_devices_of_a_network_are_limited_by_the_minute_and_known_ones_are_not(
    settings: Settings, sessions: Sessions, clock: TickingClock
) -> None:
    strict = make_settings(settings.database_url, settings.spool.parent, limits=Limits(devices_per_minute=2))
    async with browser(create_app(strict, sessions=sessions, clock=clock)) as client:
        known = uuid4()
        assert (await register(client, known)).status_code == 201
        clock.forward(seconds=20)
        assert (await register(client, uuid4())).status_code == 201
        refused = await register(client, uuid4())
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
        assert (await register(client, known)).status_code == 200
        clock.forward(seconds=41)
        assert (await register(client, uuid4())).status_code == 201


async def test_a_registration_that_makes_no_sense_is_refused_by_field(client: httpx.AsyncClient) -> None:
    for body in (
        {"device_id": "x", "secret": SECRET},
        {"device_id": str(uuid4()), "secret": "short"},
        {"device_id": str(uuid4()), "secret": SECRET + "\x00"},
        {"device_id": str(uuid4()), "secret": SECRET, "public_key": "k" * 3000},
        {"device_id": str(uuid4())},
    ):
        answer = await client.post("/api/v1/devices", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), body


async def test_a_secret_that_is_no_unicode_breaks_nothing(client: httpx.AsyncClient) -> None:
    body = f'{{"device_id": "{uuid4()}", "secret": "{SECRET}\\ud800"}}'
    answer = await client.post("/api/v1/devices", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
