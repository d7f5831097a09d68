"""An unsafe request that a cookie authorises comes from our own pages, or is refused."""

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from tests.identity.people import browser, make_person, sign_in

SESSION = "/api/v1/session"


@pytest.fixture
async def bare(client: httpx.AsyncClient, app: Litestar, session: AsyncSession) -> httpx.AsyncClient:
    """A signed-in browser that adds no header by itself."""
    await make_person(session)
    await sign_in(client)
    for name in ("X-Client", "Sec-Fetch-Site"):
        del client.headers[name]
    return client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Client": "pwa"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {"X-Client": "pwa", "Sec-Fetch-Site": "cross-site"},
        {"X-Client": "pwa", "Sec-Fetch-Site": "same-site"},
        {"X-Client": "pwa", "Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"X-Client": "pwa", "Origin": "https://evil.example"},
        {"X-Client": "pwa", "Origin": "http://localhost.evil.example"},
        {"X-Client": "pwa", "Origin": "null"},
        {"X-Client": "pwa", "Origin": ""},
        {"X-Client": "pwa", "Origin": "http://["},
    ],
)
async def test_an_unsafe_request_from_elsewhere_changes_nothing(
    headers: dict[str, str], bare: httpx.AsyncClient
) -> None:
    answer = await bare.delete(SESSION, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert (await bare.get(SESSION)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Client": "pwa", "Sec-Fetch-Site": "same-origin"},
        {"X-Client": "pwa", "Sec-Fetch-Site": "none"},
        {"X-Client": "pwa", "Origin": "http://localhost"},
    ],
)
async def test_our_own_pages_may_change_things(headers: dict[str, str], bare: httpx.AsyncClient) -> None:
    assert (await bare.delete(SESSION, headers=headers)).status_code == 204
    assert (await bare.get(SESSION)).status_code == 401


@pytest.mark.parametrize("method,path", [("PUT", "/api/v1/password"), ("DELETE", "/api/v1/sessions/" + "0" * 32)])
async def test_every_unsafe_route_of_an_account_asks_where_it_comes_from(
    method: str, path: str, bare: httpx.AsyncClient
) -> None:
    answer = await bare.request(method, path, json={"current": "x", "new": "y"} if method == "PUT" else None)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_another_site_cannot_sign_its_visitor_in(app: Litestar, session: AsyncSession) -> None:
    """Else the visitor's next report would appear under the attacker's account."""
    await make_person(session)
    async with browser(app, **{"Sec-Fetch-Site": "cross-site"}) as client:
        answer = await sign_in(client)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_a_program_without_browser_headers_may_sign_in(app: Litestar, session: AsyncSession) -> None:
    await make_person(session)
    async with browser(app) as client:
        for name in ("X-Client", "Sec-Fetch-Site"):
            del client.headers[name]
        assert (await sign_in(client)).status_code == 201
