"""Import files of a small made-up district, the same as tests/territory/district.py, with single faults on demand."""

import json
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.imports import run_import
from backend.admin.kinds import KINDS
from tests.territory.district import (
    COMMUNITY_A,
    COMMUNITY_B,
    SOUTH,
    STEP,
    STREET_A,
    STREET_B,
    WEST,
    cell_code,
    cell_wkt,
)

EAST, NORTH = WEST + 4 * STEP, SOUTH + 4 * STEP
OUTLINE = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]

DISTRICT = {
    "type": "Feature",
    "properties": {
        "code": "990101",
        "name": "试验区",
        "name_en": "Trial",
        "fallback_squad": "F",
        "time_zone": "Asia/Shanghai",
        "work_hours": "08:00-12:00,14:00-18:00",
        "valid_from": "2026-01-01",
    },
    "geometry": {"type": "Polygon", "coordinates": [OUTLINE]},
}

CATALOGUE_COLUMNS = (
    "version,valid_from,kind,code,group_name,name,name_en,icon,question,question_en,collect_requirement,condition,"
    "condition_text,condition_text_en,condition_icon,limit_amount,limit_unit,closing,is_default,sort"
)

FILES: dict[str, list[str]] = {
    "streets": [
        "code,name,name_en,kind,lon,lat",
        f"{STREET_A},甲街道,Jia,street,{WEST},{SOUTH}",
        f"{STREET_B},乙镇,Yi,town,,",
    ],
    "communities": [
        "code,street,name,lon,lat",
        f"{COMMUNITY_A},{STREET_A},甲一社区,,",
        f"{COMMUNITY_B},{STREET_B},乙一村,,",
    ],
    "squads": [
        "code,name,name_en,kind,street,line,phone",
        f"T-A,甲中队,A,territorial,{STREET_A},,0731-1",
        f"T-B,乙中队,B,territorial,{STREET_B},,",
        "Z,直属渣土中队,Z,direct,,渣土扬尘,",
        "F,值班中队,F,fallback,,,",
    ],
    "unit_grids": [
        "code,community,wkt",
        *[f'{cell_code(c, r)},{cell_code(c, r)[:12]},"{cell_wkt(c, r)}"' for c in range(4) for r in range(4)],
    ],
    "users": [
        "username,name,role,squad,valid_from,valid_to",
        "li,李巡,inspector,,2026-01-01,",
        "wang,王值,operator,,2026-01-01,",
        "wang,王值,squad_leader,T-A,2026-02-01,2026-12-31",
    ],
    "duty_grids": [
        "code,name,valid_from,valid_to,inspectors,communities,cells",
        f"D1,甲一责任网格,2026-01-01,,li,{COMMUNITY_A},",
        f"D2,边上,2026-01-01,,,,{cell_code(2, 0)};{cell_code(2, 1)}",
    ],
    "catalogue": [
        CATALOGUE_COLUMNS,
        "v1,2026-01-01,E,E0104,市容,暴露垃圾,Litter,litter,哪一种？,Which?,,01,少量,Little,little,4,work_hour,清除,1,1",
        "v1,2026-01-01,E,E0104,市容,暴露垃圾,Litter,litter,哪一种？,Which?,,02,成堆,Heap,heap,2,work_day,清除,0,1",
        "v1,2026-01-01,E,E0304,工地,工地扬尘,Dust,dust,,,,01,扬尘,Dust,dust,2,work_hour,覆盖,1,2",
    ],
    "routing_rules": [
        "code,priority,area_kind,area,class_prefix,squad,valid_from,valid_to,reason",
        f"R-A,0,street,{STREET_A},,T-A,2026-01-01,,属地",
        f"R-B,0,street,{STREET_B},,T-B,2026-01-01,,属地",
        "R-Z,10,district,,E0304,Z,2026-01-01,,扬尘归口",
    ],
    "calendar": ["date,is_workday,name", "2026-10-01,0,国庆节", "2026-10-10,1,调休"],
    "sources": [
        "source,name,name_en,needs_external_number,needs_complainant,needs_campaign,verify_before_filing,"
        "double_deduction,valid_from",
        "hotline_12319,12319 热线,12319,1,0,0,0,0,2026-01-01",
        "mayor_mailbox,市长信箱,Mayor's mailbox,0,1,0,1,1,2026-01-01",
    ],
    "gazetteer": [
        "id,name,kind,aliases,lon,lat,street,source",
        *[
            f"{row_id},{name},{kind},{aliases},{WEST + x * STEP},{SOUTH + y * STEP},{street},示例"
            for row_id, name, kind, aliases, x, y, street in (
                ("S-A", "甲街道", "street", "", 1, 2, STREET_A),
                ("S-B", "乙街道", "street", "", 3, 2, STREET_B),
                ("C-A", "甲一社区", "community", "", 1.5, 2.5, STREET_A),
                ("R-DF-1", "东风大道", "road", "", 0.5, 0.5, STREET_A),
                ("R-DF-2", "东风大道", "road", "", 0.5, 3.5, STREET_A),
                ("R-JX-1", "金星路", "road", "金星北路", 0.5, 0.6, STREET_A),
                ("R-JX-2", "金星路", "road", "金星北路", 3.5, 0.6, STREET_B),
                ("R-XF-1", "西峰路", "road", "", 3.9, 3.9, STREET_B),
                ("P-1", "人民医院", "poi", "区医院;医院", 3.5, 3.5, STREET_B),
                ("P-2", "幸福小区", "poi", "", 1.5, 1.5, STREET_A),
                ("P-3", "幸福小区", "poi", "", 2.5, 1.5, STREET_B),
                ("P-4", "长兴菜市场", "poi", "", 2.5, 2.5, STREET_B),
                ("L-1", "WC0123", "lamp", "", 2.5, 3.5, STREET_B),
                ("L-2", "WC012", "lamp", "", 0.5, 1.5, STREET_A),
            )
        ],
    ],
    "class_words": ["class_code,word,weight", "E0104,垃圾,2", "E0104,没人清运,1", "E0304,灰尘,1.5"],
    "stage_limits": [
        "stage,class_prefix,amount,unit,valid_from",
        "intake,,30,work_minute,2026-01-01",
        "check,E01,1,work_day,2026-01-01",
    ],
    "escalation": [
        "stage,percent,level,tell,valid_from",
        "disposal,75,0,handler,2026-01-01",
        "disposal,100,1,dispatcher,2026-01-01",
    ],
    "process_rules": ["name,value,valid_from", "extensions_max,1,2026-01-01"],
    "verification_rules": [
        "kind,source,class_prefix,confidence,record,mode,sample_percent,valid_from",
        "verify_before_filing,citizen,,low,,sample,20,2026-01-01",
    ],
    "roster": ["username,kind,starts,ends,partner,note", "li,shift,2026-11-24 07:30,2026-11-24 14:30,,早班"],
    "consent": [
        "version,valid_from,lang,sort,title,body",
        "2026-11,2026-11-01,zh,1,我们收集什么,照片和位置",
        '2026-11,2026-11-01,en,1,What we collect,"Photos,\nand position"',
    ],
}


def write(folder: Path, kind: str, changes: dict[int, str] | None = None, more: list[str] | None = None) -> Path:
    """Write a kind's file; `changes` replaces rows by number from 1, `more` appends rows."""
    if kind == "district":
        path = folder / "district.geojson"
        path.write_text(json.dumps(DISTRICT), encoding="utf-8")
        return path
    rows = [(changes or {}).get(number, row) for number, row in enumerate(FILES[kind])]
    path = folder / f"{kind}.csv"
    path.write_text("\n".join([*rows, *(more or [])]) + "\n", encoding="utf-8")
    return path


async def load_all(session: AsyncSession, folder: Path, until: str | None = None) -> None:
    """Load every kind in order, or those before `until`."""
    for kind in KINDS:
        if kind == until:
            return
        report = await run_import(session, kind, write(folder, kind))
        assert report.refused == [], (kind, report.refused)
