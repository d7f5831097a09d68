"""Places, the routing page and the cell tiles as clients get them."""

import datetime as dt
import math

import httpx
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.identity.people import make_person, sign_in
from tests.territory.district import (
    COMMUNITY_A,
    SOUTH,
    STEP,
    WEST,
    cell_code,
    make_cell_set,
    make_class,
    make_district,
    make_rule,
)

ROUTE = "/api/v1/route"


async def test_places_are_public_and_not_sent_twice(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await make_district(session)
    await session.commit()
    first = await client.get("/api/v1/places")
    assert [street["name"] for street in first.json()["streets"]] == ["甲街道", "乙街道"]
    assert first.json()["streets"][0]["communities"] == [
        {"code": COMMUNITY_A, "name": "甲一社区", "lon": None, "lat": None}
    ]
    again = await client.get("/api/v1/places", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_who_would_get_this_answers_staff_with_the_reason(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_district(session)
    await make_class(session, "E0304", "工地扬尘")
    await make_rule(session, "R-DUST", "Z", class_prefix="E0304", priority=5, reason="扬尘归口直属")
    await make_person(session)
    point = {"lon": WEST + STEP / 2, "lat": SOUTH + STEP / 2, "category": "E0304"}
    assert (await client.get(ROUTE, params=point)).status_code == 401
    await sign_in(client)
    answer = await client.get(ROUTE, params=point)
    assert answer.json() == {
        "squad": {"code": "Z", "name": "直属渣土中队"},
        "cell": cell_code(0, 0),
        "community": {"code": COMMUNITY_A, "name": "甲一社区"},
        "street": {"code": "990101001", "name": "甲街道"},
        "flags": [],
        "why": [
            f"单元网格 {cell_code(0, 0)} → 甲一社区 → 甲街道 → 甲中队",
            "类别 工地扬尘 归 直属渣土中队（规则 R-DUST：扬尘归口直属）",
        ],
    }


async def test_who_would_get_this_says_what_is_wrong_with_a_question(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_district(session)
    await make_person(session)
    await sign_in(client)
    for bad in ({"lon": "181", "lat": "30"}, {"lon": "nan", "lat": "30"}, {"lon": "x", "lat": "30"}):
        assert (await client.get(ROUTE, params=bad)).status_code == 400, bad
    nowhere = await client.get(ROUTE, params={"category": "\x00"})
    assert (nowhere.status_code, nowhere.json()["flags"]) == (200, ["no_place", "unknown_category"])


def tile_of(lon: float, lat: float, zoom: int) -> str:
    """The XYZ address of the Web Mercator tile that holds a point (WGS-84 degrees)."""
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return f"/api/v1/tiles/cells/{zoom}/{x}/{y}"


async def test_cells_come_as_vector_tiles_for_staff_only(
    app: Litestar, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_district(session)
    await make_person(session)
    here = tile_of(WEST + STEP, SOUTH + STEP, 15)
    assert (await client.get(here)).status_code == 401
    await sign_in(client)
    tile = await client.get(here)
    assert tile.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "private" in tile.headers["Cache-Control"]
    assert b"cells" in tile.content and cell_code(0, 0).encode() in tile.content
    assert (await client.get(tile_of(WEST, SOUTH, 12))).content == b""
    assert (await client.get(tile_of(0, 0, 15))).content == b""
    for address in ("13/-1/0", "13/0/8192", "99/0/0"):
        assert (await client.get(f"/api/v1/tiles/cells/{address}")).status_code == 404, address


async def test_my_area_has_my_duty_grid_and_my_squads_street_and_is_not_sent_twice(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_district(session)
    await make_cell_set(session, "G1", [cell_code(2, 0), cell_code(3, 0)])
    await make_cell_set(session, "G-OLD", [cell_code(2, 1)], until=dt.date(2026, 1, 2))
    await make_rule(session, "R-G1", "Z", "cells", "G1", priority=9)
    await make_person(session)
    await session.execute(text("insert into duty_grid_inspector values ('G1', 'li'), ('G-OLD', 'li')"))
    await session.commit()
    assert (await client.get("/api/v1/area")).status_code == 401
    await sign_in(client)
    first = await client.get("/api/v1/area")
    mine = first.json()
    assert [cell["code"] for cell in mine["cells"]] == [cell_code(2, 0), cell_code(3, 0)]
    assert len(mine["corners"]) == 6 * 2  # two squares side by side have six corners
    assert [(rule["code"], rule["cells"]) for rule in mine["rules"]] == [
        ("R-B", None),
        ("R-G1", [cell_code(2, 0), cell_code(3, 0)]),
    ]
    again = await client.get("/api/v1/area", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
