import datetime as dt

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.geo import GeoPoint
from backend.territory.route import NoDistrict, route
from tests.territory.district import (
    COMMUNITY_A,
    COMMUNITY_B,
    DAY,
    STEP,
    STREET_A,
    cell_code,
    make_cell_set,
    make_class,
    make_district,
    make_rule,
    spot,
)


async def test_a_point_in_a_cell_goes_to_the_squad_of_its_street(session: AsyncSession) -> None:
    await make_district(session)
    found = await route(session, spot(0.5, 0.5), None, DAY)
    assert (found.squad_code, found.cell, found.community_code, found.street_code) == (
        "T-A",
        cell_code(0, 0),
        COMMUNITY_A,
        STREET_A,
    )
    assert found.flags == ["no_category"]


async def test_a_point_on_a_shared_edge_takes_the_lowest_code(session: AsyncSession) -> None:
    await make_district(session)
    assert (await route(session, spot(1, 0.5), None, DAY)).cell == cell_code(0, 0)
    assert (await route(session, spot(2, 0.5), None, DAY)).cell == cell_code(1, 0)


async def test_a_point_on_a_corner_of_four_cells_takes_the_lowest_code(session: AsyncSession) -> None:
    await make_district(session)
    found = await route(session, spot(2, 2), None, DAY)
    assert found.cell == min(cell_code(c, r) for c in (1, 2) for r in (1, 2))
    assert "near_grid" not in found.flags


async def test_a_point_on_the_outer_edge_is_inside(session: AsyncSession) -> None:
    await make_district(session)
    found = await route(session, spot(4, 4), None, DAY)
    assert (found.cell, found.squad_code, "near_grid" in found.flags) == (cell_code(3, 3), "T-B", False)


# One degree of longitude is 96.5 km at 30 N, one of latitude 110.9 km.
EAST_150 = GeoPoint(lon=spot(4, 0).lon + 150 / 96_486, lat=spot(0, 1.5).lat)
EAST_210 = GeoPoint(lon=spot(4, 0).lon + 210 / 96_486, lat=spot(0, 1.5).lat)
NORTH_190 = GeoPoint(lon=spot(0.5, 0).lon, lat=spot(0, 4).lat + 190 / 110_852)


@pytest.mark.parametrize(
    ("point", "cell", "metres"), [(EAST_150, cell_code(3, 1), 150), (NORTH_190, cell_code(0, 3), 190)]
)
async def test_up_to_200_metres_outside_takes_the_nearest_cell(
    session: AsyncSession, point: GeoPoint, cell: str, metres: int
) -> None:
    await make_district(session)
    found = await route(session, point, None, DAY)
    assert found.cell == cell
    assert "near_grid" in found.flags
    assert f"{metres} 米" in found.why[0]


async def test_farther_outside_goes_to_the_fallback_squad(session: AsyncSession) -> None:
    await make_district(session)
    await make_rule(session, "R-ALL", "Z")
    found = await route(session, EAST_210, None, DAY)
    assert (found.squad_code, found.cell, found.community_code) == ("F", None, None)
    assert "outside_grid" in found.flags
    assert "值班中队" in found.why[0]


@pytest.mark.parametrize("point", [None, GeoPoint(lon=0, lat=0), GeoPoint(lon=-0.0, lat=0.0)])
async def test_no_place_and_null_island_go_to_the_fallback_squad(session: AsyncSession, point: GeoPoint | None) -> None:
    await make_district(session)
    found = await route(session, point, None, DAY)
    assert (found.squad_code, found.cell) == ("F", None)
    assert "no_place" in found.flags


@pytest.mark.parametrize("point", [GeoPoint(lon=180, lat=90), GeoPoint(lon=-180, lat=-90), GeoPoint(lon=-66, lat=0)])
async def test_the_far_ends_of_the_earth_are_outside_not_an_error(session: AsyncSession, point: GeoPoint) -> None:
    await make_district(session)
    assert "outside_grid" in (await route(session, point, "E0104", DAY)).flags


async def test_no_rule_goes_to_the_fallback_squad_and_says_so(session: AsyncSession) -> None:
    await make_district(session)
    found = await route(session, spot(0.5, 0.5), None, dt.date(2025, 12, 31))
    assert (found.squad_code, found.cell) == ("F", cell_code(0, 0))
    assert "no_rule" in found.flags
    assert found.why[-1] == "没有适用的规则，归 值班中队（兜底）"


async def test_priority_beats_the_smaller_area(session: AsyncSession) -> None:
    await make_district(session)
    await make_rule(session, "R-P", "Z", priority=1)
    assert (await route(session, spot(0.5, 0.5), None, DAY)).squad_code == "Z"


async def test_cells_beat_community_beats_street_beats_district(session: AsyncSession) -> None:
    await make_district(session)
    await make_rule(session, "R-D", "F", class_prefix="E0304")
    assert (await route(session, spot(0.5, 0.5), "E0304", DAY)).squad_code == "T-A"
    await make_rule(session, "R-C", "T-B", "community", COMMUNITY_A)
    assert (await route(session, spot(0.5, 0.5), "E0304", DAY)).squad_code == "T-B"
    await make_cell_set(session, "D1", [cell_code(0, 0)])
    await make_rule(session, "R-S", "Z", "cells", "D1")
    assert (await route(session, spot(0.5, 0.5), "E0304", DAY)).squad_code == "Z"
    assert (await route(session, spot(1.5, 0.5), "E0304", DAY)).squad_code == "T-B"


async def test_the_exact_class_beats_a_longer_prefix_beats_a_shorter(session: AsyncSession) -> None:
    await make_district(session)
    for prefix, squad in (("E", "T-B"), ("E03", "F"), ("E0304", "Z")):
        await make_rule(session, f"R-{prefix}", squad, "street", STREET_A, class_prefix=prefix)
    squads = [(await route(session, spot(0.5, 0.5), c, DAY)).squad_code for c in ("E0304", "E0301", "E0101", "C0101")]
    assert squads == ["Z", "F", "T-B", "T-A"]


async def test_of_equal_rules_the_latest_applies_from_its_day_on(session: AsyncSession) -> None:
    await make_district(session)
    await make_rule(session, "R-NEW", "Z", "street", STREET_A, since=DAY)
    assert (await route(session, spot(0.5, 0.5), None, DAY - dt.timedelta(days=1))).squad_code == "T-A"
    assert (await route(session, spot(0.5, 0.5), None, DAY)).squad_code == "Z"


async def test_a_rule_applies_on_its_last_day_and_not_after(session: AsyncSession) -> None:
    await make_district(session)
    await make_rule(session, "R-END", "Z", "street", STREET_A, priority=1, until=DAY)
    assert (await route(session, spot(0.5, 0.5), None, DAY)).squad_code == "Z"
    assert (await route(session, spot(0.5, 0.5), None, DAY + dt.timedelta(days=1))).squad_code == "T-A"


async def test_a_cell_set_that_has_ended_no_longer_decides(session: AsyncSession) -> None:
    await make_district(session)
    await make_cell_set(session, "D1", [cell_code(0, 0)], until=DAY)
    await make_rule(session, "R-S", "Z", "cells", "D1")
    assert (await route(session, spot(0.5, 0.5), None, DAY)).squad_code == "Z"
    assert (await route(session, spot(0.5, 0.5), None, DAY + dt.timedelta(days=1))).squad_code == "T-A"


async def test_the_reason_names_cell_street_squad_class_and_rule(session: AsyncSession) -> None:
    await make_district(session)
    await make_class(session, "E0304", "工地扬尘")
    await make_rule(session, "R-DUST", "Z", class_prefix="E0304", priority=5, reason="扬尘归口直属")
    found = await route(session, spot(0.5, 0.5), "E0304", DAY)
    assert found.why == [
        f"单元网格 {cell_code(0, 0)} → 甲一社区 → 甲街道 → 甲中队",
        "类别 工地扬尘 归 直属渣土中队（规则 R-DUST：扬尘归口直属）",
    ]
    assert found.flags == []


async def test_an_unknown_class_is_routed_by_place_and_flagged(session: AsyncSession) -> None:
    await make_district(session)
    await make_class(session, "E0304", "工地扬尘")
    found = await route(session, spot(2.5, 0.5), "E9999", DAY)
    assert (found.squad_code, found.community_code, found.flags) == ("T-B", COMMUNITY_B, ["unknown_category"])


async def test_routing_is_one_statement(session: AsyncSession) -> None:
    await make_district(session)
    statements: list[str] = []
    connection = (await session.connection()).sync_connection
    assert connection is not None
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    await route(session, GeoPoint(lon=spot(4, 0).lon + STEP, lat=spot(0, 1).lat), "E0304", DAY)
    assert len(statements) == 1


async def test_nothing_is_routed_before_a_district_is_imported(session: AsyncSession) -> None:
    with pytest.raises(NoDistrict):
        await route(session, spot(0.5, 0.5), None, DAY)
