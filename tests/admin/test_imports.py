import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.imports import UnknownKind, run_import
from backend.admin.kinds import KINDS
from backend.admin.report import Refusal
from backend.territory.route import route
from tests.admin.files import CATALOGUE_COLUMNS, DISTRICT, FILES, load_all, write
from tests.territory.district import COMMUNITY_A, DAY, STEP, STREET_A, WEST, cell_code, cell_wkt, spot

TABLES = (
    *("district", "street", "community", "squad", "unit_grid", "duty_grid", "duty_grid_cell", "duty_grid_inspector"),
    *("routing_rule", "catalogue_version", "category_class", "filing_condition", "calendar_day", "consent_text"),
    *("person", "post", "one_time_link", "source_rule", "gazetteer", "class_word"),
)


async def contents(session: AsyncSession) -> dict[str, list[str]]:
    """Every row of every table that imports write, with the transaction that wrote it."""
    return {
        table: list((await session.execute(text(f"select (t.*, t.xmin)::text from {table} t order by 1"))).scalars())
        for table in TABLES
    }


async def test_a_district_s_files_load_and_route(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path)
    found = await route(session, spot(0.5, 0.5), "E0304", DAY)
    assert (found.squad_code, found.cell) == ("Z", cell_code(0, 0))
    assert (await route(session, spot(3.5, 0.5), "E0104", DAY)).squad_code == "T-B"
    cells = await session.execute(text("select duty_grid_code, count(*) from duty_grid_cell group by 1 order by 1"))
    assert [tuple(row) for row in cells] == [("D1", 8), ("D2", 2)]


async def test_loading_every_file_again_changes_nothing(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path)
    before = await contents(session)
    for kind in KINDS:
        report = await run_import(session, kind, write(tmp_path, kind))
        assert (report.refused, report.changed, report.links) == ([], 0, []), kind
        assert report.unchanged == report.accepted > 0
    assert await contents(session) == before


async def test_a_changed_row_is_the_only_one_that_changes(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path)
    path = write(tmp_path, "communities", {1: f"{COMMUNITY_A},{STREET_A},甲二社区,,"})
    report = await run_import(session, "communities", path)
    assert (report.accepted, report.changed, report.unchanged) == (2, 1, 1)


async def test_a_dry_run_reports_the_same_and_loads_nothing(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path, until="users")
    before = await contents(session)
    report = await run_import(session, "users", write(tmp_path, "users"), dry_run=True)
    assert (report.accepted, report.changed, report.refused, report.links) == (3, 3, [], [])
    assert await contents(session) == before
    assert (await run_import(session, "users", write(tmp_path, "users"))).changed == 3


async def test_each_import_leaves_a_row_that_says_who_and_what(session: AsyncSession, tmp_path: Path) -> None:
    await run_import(session, "calendar", write(tmp_path, "calendar"), by="root")
    await run_import(session, "calendar", write(tmp_path, "calendar"), dry_run=True, by="root")
    batches = (await session.execute(text('select kind, file, accepted, changed, "by" from import_batch'))).all()
    assert [tuple(row) for row in batches] == [("calendar", "calendar.csv", 2, 2, "root")]


async def test_new_people_get_one_link_each_and_no_password(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path, until="users")
    report = await run_import(session, "users", write(tmp_path, "users"))
    assert [username for username, _ in report.links] == ["li", "wang"]
    assert (await session.scalar(text("select count(*) from person where password_hash is not null"))) == 0


async def test_a_person_of_the_file_has_exactly_the_file_s_posts(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path)
    path = tmp_path / "one.csv"
    path.write_text("username,name,role,valid_from\nwang,王值,operator,2026-01-01\n", encoding="utf-8")
    assert (await run_import(session, "users", path)).changed == 1
    posts = await session.execute(text("select username, role from post p join person on person.id = person_id"))
    assert sorted(tuple(row) for row in posts) == [("li", "inspector"), ("wang", "operator")]


@pytest.mark.parametrize(
    ("kind", "row", "fault", "field", "reason"),
    [
        ("streets", 1, "99010100,甲街道,Jia,street,,", "code", "nine digits"),
        ("streets", 1, "880101001,甲街道,Jia,street,,", "code", "does not begin with the district's, 990101"),
        ("streets", 1, f"{STREET_A},甲街道,Jia,road,,", "kind", "'street', 'town' or 'township'"),
        ("streets", 1, f"{STREET_A},甲街道,Jia,street,114,", "lat", "come together"),
        ("streets", 1, f"{STREET_A},甲街道,Jia,street,114,abc", "lat", "'abc'"),
        ("streets", 1, f"{STREET_A},,Jia,street,,", "name", "missing"),
        ("communities", 2, f"{COMMUNITY_A[:11]}9,990101003,村,,", "street", "there is no street 990101003"),
        ("escalation", 1, "disposal,75,0,leader,2026-01-01", "", "only the handler is told"),
        ("stage_limits", 1, "sleep,,30,work_minute,2026-01-01", "stage", "'intake'"),
        ("process_rules", 1, "extension_max,1,2026-01-01", "", "there is no process rule extension_max"),
        ("verification_rules", 1, "verify_before_filing,citizen,,low,,sample,,2026-01-01", "", "sample_percent"),
        ("roster", 1, "no,shift,2026-11-24 07:30,2026-11-24 14:30,,", "username", "there is no person no"),
        ("roster", 1, "li,shift,2026-11-24 14:30,2026-11-24 07:30,,", "", "ends before it begins"),
        ("roster", 1, "li,shift,tomorrow,2026-11-24 07:30,,", "starts", "2026-01-31 07:30 is expected"),
        ("squads", 1, "T-A,甲中队,A,territorial,,,", "", "needs its street"),
        ("squads", 2, "T-B,乙中队,B,territorial,990101009,,", "street", "there is no street 990101009"),
        ("unit_grids", 1, f'{cell_code(0, 0)},990101009009,"{cell_wkt(0, 0)}"', "community", "there is no community"),
        ("users", 1, "li,李巡,inspector,T-A,2026-01-01,", "", "has no squad"),
        ("users", 1, "li,李巡,squad_member,X,2026-01-01,", "squad", "there is no squad X"),
        ("users", 1, "li,李巡,boss,,2026-01-01,", "role", "'administrator'"),
        ("users", 3, "wang,王某,squad_leader,T-A,2026-02-01,", "name", "differs from line 3"),
        ("duty_grids", 1, f"D1,甲一,2026-01-01,,nobody,{COMMUNITY_A},", "inspectors", "there is no person nobody"),
        ("duty_grids", 2, "D2,边上,2026-01-01,,,,99010100100199", "cells", "there is no cell 99010100100199"),
        ("duty_grids", 2, "D2,边上,2026-01-01,,,,", "", "needs communities or cells"),
        ("routing_rules", 1, "R-A,0,street,990101009,,T-A,2026-01-01,,", "area", "there is no street 990101009"),
        ("routing_rules", 1, f"R-A,0,street,{STREET_A},,T-X,2026-01-01,,", "squad", "there is no squad T-X"),
        ("routing_rules", 1, f"R-A,0,street,{STREET_A},,T-A,2026-01-01,2025-01-01,", "", "before valid_from"),
        ("routing_rules", 3, "R-Z,10,district,,E99,Z,2026-01-01,,", "class_prefix", "no class begins with E99"),
        ("calendar", 1, "2026/10/1,0,国庆节", "date", "2026-01-31 is expected"),
        ("calendar", 1, "2026-10-01,是,国庆节", "is_workday", "1 or 0"),
        ("calendar", 2, "2026-10-01,1,调休", "date", "is on line 2 already"),
        ("consent", 2, "2026-11,2026-12-01,en,1,What,Photos", "valid_from", "differs from line 2"),
    ],
)
async def test_a_bad_row_is_named_with_its_reason_and_nothing_is_loaded(
    session: AsyncSession, tmp_path: Path, kind: str, row: int, fault: str, field: str, reason: str
) -> None:
    await load_all(session, tmp_path, until=kind)
    before = await contents(session)
    report = await run_import(session, kind, write(tmp_path, kind, {row: fault}))
    assert [(one.line, one.field) for one in report.refused] == [(row + 1, field)]
    assert reason in report.refused[0].reason
    assert (report.accepted, report.changed, report.loaded) == (0, 0, False)
    assert await contents(session) == before


async def test_a_notice_is_there_in_both_languages(session: AsyncSession, tmp_path: Path) -> None:
    report = await run_import(session, "consent", write(tmp_path, "consent", {2: "2026-11,2026-11-01,zh,2,又,又"}))
    assert report.refused == [Refusal(2, "lang", "version 2026-11 has no text in en")]


async def test_a_row_over_several_lines_is_named_by_its_first(session: AsyncSession, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "consent",
        {1: '2026-11,2026-11-01,zh,1,标题,"照片，\n位置"', 2: "2026-11,2026-11-01,fr,1,Quoi,Photos"},
    )
    assert [one.line for one in (await run_import(session, "consent", path)).refused][-1] == 4


async def test_every_refused_row_is_named_not_only_the_first(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path, until="communities")
    faults = {1: f"12,{STREET_A},甲一社区,,", 2: "990101002001,990101009,,,"}
    more = ["990101002002,990101008,丙村,200,10"]
    report = await run_import(session, "communities", write(tmp_path, "communities", faults, more))
    assert [(one.line, one.field) for one in report.refused] == [(2, "code"), (3, "name"), (4, "lon")]


CLASS = "v1,2026-01-01,E,E0201,广告,小广告,Ads,ads"


@pytest.mark.parametrize(
    ("rows", "line", "field", "reason"),
    [
        ([f"{CLASS},,,,01,字,Text,t,1,work_day,清,0,9"], 2, "is_default", "0 default conditions"),
        (
            [f"{CLASS},,,,01,字,Text,t,1,work_day,清,1,9", f"{CLASS},,,,02,字,Text,t,1,work_day,清,1,9"],
            2,
            "is_default",
            "2 default conditions",
        ),
        ([f"{CLASS},,,,00,字,Text,t,1,work_day,清,1,9"], 2, "", "reserved"),
        ([f"{CLASS},,,,01,字,Text,t,0,work_day,清,1,9"], 2, "limit_amount", "greater than or equal to 1"),
        ([f"{CLASS},,,,01,字,Text,t,1,week,清,1,9"], 2, "limit_unit", "'work_day'"),
        ([f"{CLASS},哪？,,,01,字,Text,t,1,work_day,清,1,9"], 2, "", "come together"),
        (
            [f"{CLASS},,,,01,字,Text,t,1,work_day,清,1,9", f"{CLASS}x,,,,02,字,Text,t,1,work_day,清,0,9"],
            3,
            "icon",
            "differs from line 2",
        ),
    ],
)
async def test_a_class_has_one_default_and_agrees_with_itself(
    session: AsyncSession, tmp_path: Path, rows: list[str], line: int, field: str, reason: str
) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_text("\n".join([CATALOGUE_COLUMNS, *rows]), encoding="utf-8")
    report = await run_import(session, "catalogue", path)
    assert [(one.line, one.field) for one in report.refused] == [(line, field)]
    assert reason in report.refused[0].reason


async def test_two_rules_that_tie_are_refused(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path, until="routing_rules")
    more = [
        f"R-A2,0,street,{STREET_A},,Z,2026-01-01,,",  # ties with R-A
        f"R-A3,0,street,{STREET_A},,Z,2026-01-02,,",  # a later day wins
        f"R-A4,0,street,{STREET_A},E,Z,2026-01-01,,",  # a longer prefix wins
        "R-C1,0,cells,D1,,Z,2026-01-01,,",
        "R-C2,0,cells,D2,,Z,2026-01-01,,",  # no cell in common with D1
        "R-C3,0,cells,D1,,F,2026-01-01,2026-01-31,",  # ties with R-C1
    ]
    report = await run_import(session, "routing_rules", write(tmp_path, "routing_rules", more=more))
    assert [(one.line, one.field, one.reason.split(":")[0]) for one in report.refused] == [
        (5, "priority", "ties with rule R-A"),
        (10, "priority", "ties with rule R-C1"),
    ]
    assert (await session.scalar(text("select count(*) from routing_rule"))) == 0


async def test_a_rule_that_ties_with_one_in_the_tables_is_refused(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path)
    path = tmp_path / "more.csv"
    path.write_text(f"{FILES['routing_rules'][0]}\nR-A2,0,street,{STREET_A},,Z,2026-01-01,,\n", encoding="utf-8")
    report = await run_import(session, "routing_rules", path)
    assert [(one.line, one.reason.split(":")[0]) for one in report.refused] == [(2, "ties with rule R-A")]


async def test_cell_sets_whose_rules_would_tie_may_not_come_to_share_a_cell(
    session: AsyncSession, tmp_path: Path
) -> None:
    await load_all(session, tmp_path)
    more = ["R-C1,0,cells,D1,,Z,2026-01-01,,", "R-C2,0,cells,D2,,F,2026-01-01,,"]
    assert (await run_import(session, "routing_rules", write(tmp_path, "routing_rules", more=more))).refused == []
    shared = f"D2,边上,2026-01-01,,,,{cell_code(2, 0)};{cell_code(1, 0)}"
    report = await run_import(session, "duty_grids", write(tmp_path, "duty_grids", {2: shared}))
    assert {one.line for one in report.refused} == {2, 3}
    assert "rules R-C1 and R-C2 would tie" in report.refused[0].reason
    apart = f"D2,边上,2026-01-01,,,,{cell_code(2, 0)}"
    assert (await run_import(session, "duty_grids", write(tmp_path, "duty_grids", {2: apart}))).changed == 1


@pytest.mark.parametrize(
    ("wkt", "reason"),
    [
        (cell_wkt(1, 0), "overlaps cell 990101001001001"),
        (f"POLYGON(({WEST} 30,{WEST + STEP} 30,{WEST} 30.001,{WEST + STEP} 30.001,{WEST} 30))", "Self-intersection"),
        ("POINT(114 30)", "not a Point"),
        ("POLYGON((114 30", "not a geometry"),
        ("POLYGON((30 114,30 115,31 115,31 114,30 114))", "not WGS-84 degrees, longitude first"),
        ("POLYGON((113 29,113.001 29,113.001 29.001,113 29.001,113 29))", "wholly outside of the district"),
    ],
)
async def test_a_cell_is_a_valid_polygon_in_the_district_and_overlaps_no_other(
    session: AsyncSession, tmp_path: Path, wkt: str, reason: str
) -> None:
    await load_all(session, tmp_path, until="unit_grids")
    first = FILES["unit_grids"][1].replace(cell_wkt(0, 0), cell_wkt(1, 0)) if "overlaps" in reason else None
    faults = {1: first} if first else {1: f'{cell_code(0, 0)},{COMMUNITY_A},"{wkt}"'}
    report = await run_import(session, "unit_grids", write(tmp_path, "unit_grids", faults))
    assert [(one.line, one.field) for one in report.refused] == [(6 if first else 2, "wkt")]
    assert reason in report.refused[0].reason
    assert (await session.scalar(text("select count(*) from unit_grid"))) == 0


async def test_a_cell_that_overlaps_one_in_the_tables_is_refused(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path)
    path = tmp_path / "more.csv"
    path.write_text(f'code,community,wkt\n990101001001999,{COMMUNITY_A},"{cell_wkt(1, 1)}"\n', encoding="utf-8")
    report = await run_import(session, "unit_grids", path)
    assert report.refused == [
        Refusal(2, "wkt", f"overlaps cell {cell_code(1, 1)}, which is in the tables already"),
    ]


async def test_cells_load_from_geojson_too(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path, until="unit_grids")
    ring = [[WEST, 30], [WEST + STEP, 30], [WEST + STEP, 30 + STEP], [WEST, 30 + STEP], [WEST, 30]]
    feature = {
        "type": "Feature",
        "properties": {"code": cell_code(0, 0), "community": COMMUNITY_A},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "cells.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert (await run_import(session, "unit_grids", path)).changed == 1
    assert (await route(session, spot(0.5, 0.5), None, DAY)).cell == cell_code(0, 0)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"time_zone": "Asia/Nowhere"}, "time_zone", "not a time zone"),
        ({"work_hours": "8 to 5"}, "work_hours", "not working hours"),
        ({"metric_srid": 4326}, "metric_srid", "EPSG:4326 is not a projection in metres"),
        ({"fallback_squad": "X"}, "fallback_squad", "there is no squad X"),
        ({"code": "990102"}, "code", "holds district 990101 already"),
        ({"area": 5}, "area", "not permitted"),
    ],
)
async def test_a_district_that_cannot_work_is_refused(
    session: AsyncSession, tmp_path: Path, change: dict[str, object], field: str, reason: str
) -> None:
    await load_all(session, tmp_path)
    path = tmp_path / "changed.geojson"
    path.write_text(json.dumps({**DISTRICT, "properties": {**DISTRICT["properties"], **change}}), encoding="utf-8")  # type: ignore[dict-item]
    report = await run_import(session, "district", path)
    assert [one.field for one in report.refused] == [field]
    assert reason in report.refused[0].reason


async def test_the_projection_in_metres_follows_from_the_longitude(session: AsyncSession, tmp_path: Path) -> None:
    await run_import(session, "district", write(tmp_path, "district"))
    # CGCS2000 / 3-degree Gauss-Kruger CM 114E
    assert await session.scalar(text("select metric_srid from district")) == 4547


async def test_squads_must_contain_the_district_s_fallback(session: AsyncSession, tmp_path: Path) -> None:
    await load_all(session, tmp_path, until="squads")
    report = await run_import(session, "squads", write(tmp_path, "squads", {4: "G,值班,G,fallback,,,"}))
    assert "fallback squad F is not among the squads" in report.refused[0].reason


@pytest.mark.parametrize(
    ("content", "line", "field", "reason"),
    [
        (b"", 1, "", "must name the columns"),
        (b"date,is_workday,name\n", 1, "", "no rows"),
        (b"date,is_workday,note\n2026-10-01,0,x\n", 1, "note", "unknown column"),
        (b"date,name\n2026-10-01,x\n", 1, "is_workday", "this column is missing"),
        (b"date,is_workday,date\n2026-10-01,0,x\n", 1, "date", "twice"),
        (b"date,is_workday,name\n2026-10-01,0\n", 2, "", "2 fields under 3 columns"),
        (b"date,is_workday,name\n2026-10-01,0,x\n2026-10-02,0," + "国庆".encode("gbk"), 3, "", "not UTF-8"),
        (b'date,is_workday,name\n2026-10-01,0,"x\n', 2, "", "not CSV"),
        (b"date,is_workday,name\n2026-10-01,0,a\x00b\n", 2, "name", "control characters"),
    ],
)
async def test_a_file_that_is_not_what_it_should_be_is_refused_in_one_sentence(
    session: AsyncSession, tmp_path: Path, content: bytes, line: int, field: str, reason: str
) -> None:
    path = tmp_path / "calendar.csv"
    path.write_bytes(content)
    report = await run_import(session, "calendar", path)
    assert [(one.line, one.field) for one in report.refused] == [(line, field)]
    assert reason in report.refused[0].reason


async def test_a_file_saved_by_a_spreadsheet_with_a_byte_order_mark_loads(
    session: AsyncSession, tmp_path: Path
) -> None:
    path = tmp_path / "calendar.csv"
    path.write_bytes("\ufeffdate,is_workday,name\r\n2026-10-01,0,国庆节\r\n\r\n".encode())
    assert (await run_import(session, "calendar", path)).changed == 1


@pytest.mark.parametrize("content", ["{", "[]", '{"type": "Topology"}', '{"type": "Feature"}'])
async def test_what_is_not_geojson_is_refused(session: AsyncSession, tmp_path: Path, content: str) -> None:
    path = tmp_path / "district.geojson"
    path.write_text(content, encoding="utf-8")
    assert len((await run_import(session, "district", path)).refused) == 1


async def test_an_unknown_kind_is_an_error(session: AsyncSession, tmp_path: Path) -> None:
    with pytest.raises(UnknownKind):
        await run_import(session, "trees", write(tmp_path, "calendar"))
