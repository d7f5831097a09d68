"""A made-up district, small enough to know by heart.

Cells are squares of 1/1024 degree (exact in binary, so that edges and corners can be hit exactly), four by four
from WEST, SOUTH. The two western columns are community A in street A, the two eastern ones B in street B:

    row 3   A07 A08 | B07 B08        codes: 990101001001 + 007 …, 990101002001 + 007 …
    row 2   A05 A06 | B05 B06
    row 1   A03 A04 | B03 B04
    row 0   A01 A02 | B01 B02
"""

import datetime as dt

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.geo import GeoPoint

WEST, SOUTH, STEP = 114.0, 30.0, 1 / 1024
STREET_A, STREET_B = "990101001", "990101002"
COMMUNITY_A, COMMUNITY_B = "990101001001", "990101002001"
START = dt.date(2026, 1, 1)
DAY = dt.date(2026, 6, 1)


def cell_code(column: int, row: int) -> str:
    community = COMMUNITY_A if column < 2 else COMMUNITY_B
    return f"{community}{row * 2 + column % 2 + 1:03d}"


def cell_wkt(column: int, row: int) -> str:
    w, s = WEST + column * STEP, SOUTH + row * STEP
    e, n = w + STEP, s + STEP
    return f"POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))"


def spot(column: float, row: float) -> GeoPoint:
    """A point in units of cells from the south-west corner: 0.5, 0.5 is the middle of A01."""
    return GeoPoint(lon=WEST + column * STEP, lat=SOUTH + row * STEP)


async def make_district(session: AsyncSession) -> None:
    """The district, its squads (T-A and T-B territorial, Z direct, F fallback) and a rule per street."""
    corners = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    ring = ",".join(f"{WEST + x * STEP} {SOUTH + y * STEP}" for x, y in corners)
    outline = f"SRID=4326;POLYGON(({ring}))"
    await session.execute(
        text(
            "insert into district values ('990101', '试验区', 'Trial', 'F', 'Asia/Shanghai', '08:00-12:00,14:00-18:00',"
            " 4547, :outline, :start)"
        ),
        {"outline": outline, "start": START},
    )
    await session.execute(
        text("insert into street values (:a, '甲街道', 'Jia', 'street', null), (:b, '乙街道', 'Yi', 'street', null)"),
        {"a": STREET_A, "b": STREET_B},
    )
    await session.execute(
        text("insert into community values (:ca, :a, '甲一社区', null), (:cb, :b, '乙一社区', null)"),
        {"a": STREET_A, "b": STREET_B, "ca": COMMUNITY_A, "cb": COMMUNITY_B},
    )
    await session.execute(
        text(
            "insert into squad (code, name, name_en, kind, street_code)"
            " values ('T-A', '甲中队', 'A', 'territorial', :a), ('T-B', '乙中队', 'B', 'territorial', :b),"
            " ('Z', '直属渣土中队', 'Z', 'direct', null), ('F', '值班中队', 'F', 'fallback', null)"
        ),
        {"a": STREET_A, "b": STREET_B},
    )
    await session.execute(
        text("insert into unit_grid values (:code, :community, ST_GeomFromText(:wkt, 4326))"),
        [
            {"code": cell_code(c, r), "community": cell_code(c, r)[:12], "wkt": cell_wkt(c, r)}
            for c in range(4)
            for r in range(4)
        ],
    )
    await make_rule(session, "R-A", "T-A", "street", STREET_A)
    await make_rule(session, "R-B", "T-B", "street", STREET_B)


async def make_rule(
    session: AsyncSession,
    code: str,
    squad: str,
    area_kind: str = "district",
    area: str = "990101",
    class_prefix: str = "",
    priority: int = 0,
    since: dt.date = START,
    until: dt.date | None = None,
    reason: str = "",
) -> None:
    await session.execute(
        text(
            "insert into routing_rule values (:code, :priority, :kind, :area, :prefix, :squad, :since, :until, :reason)"
        ),
        {
            "code": code,
            "priority": priority,
            "kind": area_kind,
            "area": area,
            "prefix": class_prefix,
            "squad": squad,
            "since": since,
            "until": until,
            "reason": reason,
        },
    )


async def make_cell_set(session: AsyncSession, code: str, cells: list[str], until: dt.date | None = None) -> None:
    await session.execute(
        text("insert into duty_grid values (:code, :code, :start, :until)"),
        {"code": code, "start": START, "until": until},
    )
    await session.execute(
        text("insert into duty_grid_cell values (:code, :cell)"),
        [{"code": code, "cell": cell} for cell in cells],
    )


async def make_class(session: AsyncSession, code: str, name: str, version: str = "t1") -> None:
    await session.execute(
        text("insert into catalogue_version values (:version, :start) on conflict do nothing"),
        {"version": version, "start": START},
    )
    await session.execute(
        text(
            "insert into category_class (version, code, kind, group_name, name, name_en, icon, requirement, sort)"
            " values (:version, :code, :kind, '组', :name, :name, '', '', 1)"
        ),
        {"version": version, "code": code, "kind": code[0], "name": name},
    )
