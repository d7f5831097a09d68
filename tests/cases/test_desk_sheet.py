"""The day's sheet comes in row by row, the city's file goes out, and the same file twice changes nothing."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from openpyxl import Workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk.sheet_file import MOST_ROWS, BadSheet, read_sheet
from tests.cases.desk_world import make_gazetteer, taken_in
from tests.make import HERE, MANHOLE, Crew, Sender, crew, jpeg, make_world

HEADING = ["来源", "工单编号", "诉求内容", "地址", "来电人", "联系电话", "受理时间", "满意度"]
ROWS = [
    ["12345 热线", "A-1", "雨水井盖缺失", "东风大道与金星路交叉口", "张三丰", "13812345678", "2026-11-24 08:30:00", ""],
    ["", "A-2", "垃圾没人清", "", "", "", "2026/11/24 09:00:00", ""],
    ["12345 热线", "", "没有编号的一条", "", "", "", "", ""],
    ["领导交办", "", "请看看人民医院门口的垃圾", "", "", "", "", ""],
    ["12345 热线", "A-1", "又登记了一遍", "", "", "", "", ""],
    ["12345 热线", "A-5", "时间写错了", "", "", "", "昨天", ""],
]
RESULTS = [
    (2, "stored", None), (3, "stored", None), (4, "refused", "external_number_required"), (5, "stored", None),
    (6, "known", None), (7, "refused", "bad_row"),
]  # fmt: skip


@pytest.fixture
async def people(app: Litestar, session: AsyncSession, tmp_path: Path) -> Crew:
    await make_world(session)
    await make_gazetteer(session, tmp_path)
    return await crew(app, session)


def as_csv(rows: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADING, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in [HEADING, *rows]:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


async def sent(sender: Sender, body: bytes, **params: str) -> dict[str, Any]:
    answer = await sender.client.post("/api/v1/desk/import", content=body, params={"source": "hotline_12345", **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("body", [as_csv(ROWS), as_csv(ROWS, "gb18030"), as_xlsx(ROWS)], ids=["utf-8", "gbk", "xlsx"])
async def test_each_row_is_answered_and_the_file_again_changes_nothing(
    people: Crew, session: AsyncSession, body: bytes
) -> None:
    done = await sent(people.operator, body)
    assert [(row["line"], row["result"], row["code"]) for row in done["rows"]] == RESULTS
    assert (done["stored"], done["known"], done["refused"]) == (3, 1, 2)
    assert done["rows"][0]["case_id"] == done["rows"][4]["case_id"]
    again = await sent(people.operator, body)
    assert (again["stored"], again["known"], again["refused"]) == (0, 4, 2)
    assert [row["case_id"] for row in again["rows"]] == [row["case_id"] for row in done["rows"]]
    assert await session.scalar(text("select count(*) from cases")) == 3


async def test_a_row_is_placed_and_classed_by_its_words_only_when_they_are_sure(people: Crew) -> None:
    done = await sent(people.operator, as_csv(ROWS))
    sure = await people.operator.case(done["rows"][0]["case_id"])
    assert (sure["category"]["code"], sure["condition"]["code"], sure["squad"]["code"]) == (MANHOLE, "01", "T-A")
    assert sure["cell"].endswith("001") and "13812345678" not in str(sure)
    unsure = await people.operator.case(done["rows"][1]["case_id"])
    assert (unsure["place"], unsure["flags"]) == (None, ["no_place"])
    origin = await people.operator.get(f"cases/{sure['id']}/origin")
    assert (origin["external_number"], origin["has_complainant"]) == ("A-1", True)
    assert origin["received_at"] in ("2026-11-24T00:30:00Z", "2026-11-24T00:30:00+00:00", "2026-11-24T08:30:00+08:00")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no rows"),
        (b"a,b\n1,2\n", "no description"),
        (b"\xff\xfe\x00\x81", "neither"),
        (b"PK\x03\x04 no zip", "XLSX"),
        ("诉求内容\n".encode(), "no rows"),
        ("诉求内容\n".encode() + b"x\n" * (MOST_ROWS + 1), "more than"),
    ],
)
async def test_a_sheet_that_cannot_be_read_is_refused_in_words(people: Crew, body: bytes, said: str) -> None:
    answer = await people.operator.client.post("/api/v1/desk/import", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_sheet")
    assert said in answer.json()["detail"]


def test_digits_of_a_spreadsheet_stay_digits() -> None:
    book, out = Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append(["工单编号", "诉求内容"])
    sheet.append([20261124001234.0, "垃圾"])
    book.save(out)
    assert read_sheet(out.getvalue()) == [(2, {"external_number": "20261124001234", "description": "垃圾"})]
    with pytest.raises(BadSheet):
        read_sheet(out.getvalue()[:200])


async def test_the_city_reads_what_became_of_its_cases(people: Crew) -> None:
    place = {"lon": HERE.lon, "lat": HERE.lat}
    handled = await taken_in(people.operator, source="city_assigned", external_number="C-1", location=place)
    await taken_in(people.operator, source="city_assigned", external_number="=C-2")
    refused = await taken_in(people.operator, source="city_assigned", external_number="C-3")
    await taken_in(people.operator, source="hotline_12345", external_number="H-1")
    await people.operator.move(await people.operator.case(refused["case_id"]), "refuse", reason="不属我区")
    await people.operator.move(await people.operator.case(handled["case_id"]), "file")
    case = await people.squad_a.case(handled["case_id"])
    await people.squad_a.move(case, "respond", jpeg("green"))
    answer = await people.operator.client.get("/api/v1/desk/city-file")
    assert answer.headers["content-type"].startswith("text/csv") and answer.text.startswith("\ufeff")
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}
    assert set(rows) == {"C-1", "'=C-2", "C-3"}
    assert (rows["C-3"]["state"], rows["C-3"]["result"]) == ("refused", "不属我区")
    assert rows["C-1"]["state"] == "responded" and rows["C-1"]["case_number"]
    assert rows["C-1"]["due_at"] == "2026-11-24T16:00:00+08:00"
    later = await people.operator.client.get("/api/v1/desk/city-file", params={"since": "2026-11-24T12:00:00+08:00"})
    assert list(csv.DictReader(io.StringIO(later.text.removeprefix("\ufeff")))) == []
    assert (await people.squad_a.client.get("/api/v1/desk/city-file")).status_code == 403


async def test_the_sheet_is_the_intake_s_alone(people: Crew) -> None:
    answer = await people.inspector.client.post("/api/v1/desk/import", content=as_csv(ROWS))
    assert answer.status_code == 403
