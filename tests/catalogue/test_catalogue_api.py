import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.catalogue.test_catalogue import make_catalogue
from tests.territory.district import make_district


async def test_the_catalogue_is_public_and_not_sent_twice(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_district(session)
    await make_catalogue(session)
    await session.commit()
    first = await client.get("/api/v1/catalogue")
    body = first.json()
    assert (body["version"], [one["code"] for one in body["classes"]]) == ("t1", ["E0104", "E0105"])
    assert body["classes"][0]["conditions"][1] == {
        "code": "02",
        "text": "条件02",
        "text_en": "en",
        "icon": "icon",
        "limit": {"amount": 2, "unit": "work_hour"},
        "closing": "清除",
        "is_default": True,
    }
    again = await client.get("/api/v1/catalogue", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_without_a_catalogue_the_server_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/catalogue")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_catalogue")
