"""A pasted text of a hotline is read: where, what, whose number, who gets it, and whether it is known already."""

from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk import labels
from tests.cases.desk_world import make_gazetteer, taken_in
from tests.conftest import TickingClock
from tests.make import MANHOLE, Crew, Sender, crew, make_world
from tests.territory.district import spot

ORDER = """工单编号：20261124001234
来电人：张先生  联系电话：13812345678
诉求内容：东风大道与金星路交叉口往西10米，雨水井盖缺失，请尽快处理。"""


@pytest.fixture
async def people(app: Litestar, session: AsyncSession, tmp_path: Path) -> Crew:
    await make_world(session)
    await make_gazetteer(session, tmp_path)
    return await crew(app, session)


async def read(sender: Sender, words: str, **more: Any) -> dict[str, Any]:
    answer = await sender.client.post("/api/v1/desk/read", json={"text": words, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_work_order_is_placed_classed_numbered_and_routed(people: Crew) -> None:
    found = await read(people.operator, ORDER)
    first = found["places"][0]
    assert (first["kind"], first["matched"]) == ("crossing", "东风大道与金星路交叉口往西10米")
    assert abs(first["lat"] - spot(0, 0.55).lat) < 1e-6
    guess = found["classes"][0]
    assert (guess["code"], guess["condition"], guess["matched"]) == (MANHOLE, "01", ["雨水井盖", "缺失"])
    assert (found["external_number"], found["phone"], found["complainant_name"]) == (
        "20261124001234", "13812345678", "张先生",
    )  # fmt: skip
    same = await people.operator.get("route", lon=first["lon"], lat=first["lat"], category=MANHOLE)
    assert found["route"] == same and same["squad"]["code"] == "T-A"


async def test_reading_stores_nothing(people: Crew, session: AsyncSession) -> None:
    tables = ("report", "cases", "case_origin", "complainant", "case_history")
    await read(people.operator, ORDER)
    assert [await session.scalar(text(f"select count(*) from {table}")) for table in tables] == [0] * len(tables)


async def test_open_cases_of_the_class_near_by_are_shown_and_others_are_not(people: Crew, clock: TickingClock) -> None:
    near = spot(3.5, 3.5)
    place = {"lon": near.lon, "lat": near.lat}
    same = await taken_in(people.operator, location=place)
    await taken_in(people.operator, external_number="2", location=place, category=MANHOLE)
    far = spot(1.5, 3.5)
    await taken_in(people.operator, external_number="3", location={"lon": far.lon, "lat": far.lat})
    refused = await taken_in(people.operator, external_number="4", location=place)
    await people.operator.move(await people.operator.case(refused["case_id"]), "refuse", reason="不属实")
    words = "人民医院门口垃圾成堆"
    found = await read(people.operator, words)
    assert [one["id"] for one in found["duplicates"]] == [same["case_id"]]
    wide = await read(people.operator, words, radius_m=500)
    assert len(wide["duplicates"]) == 2
    clock.forward(hours=25)
    assert (await read(people.operator, words))["duplicates"] == []
    assert len((await read(people.operator, words, hours=48))["duplicates"]) == 1


async def test_a_text_that_says_nothing_is_answered_with_nothing(people: Crew) -> None:
    found = await read(people.operator, "你好")
    assert (found["places"], found["classes"], found["duplicates"]) == ([], [], [])
    assert (found["external_number"], found["phone"], found["complainant_name"]) == (None, None, None)
    assert "no_place" in found["route"]["flags"]


async def test_only_the_intake_reads(people: Crew) -> None:
    answer = await people.squad_a.client.post("/api/v1/desk/read", json={"text": ORDER})
    assert answer.status_code == 403


async def test_staff_find_places_as_they_type(people: Crew) -> None:
    found = (await people.inspector.get("desk/places", q="rmyy"))["places"]
    assert [(one["name"], one["kind"]) for one in found] == [("人民医院", "poi")]
    assert (await people.citizen.client.get("/api/v1/desk/places", params={"q": "rmyy"})).status_code == 401


@pytest.mark.parametrize(
    ("words", "number", "phone", "name"),
    [
        ("受理编号:CS-12345-2026-0087 联系人：李红 电话0731-88123456", "CS-12345-2026-0087", "0731-88123456", "李红"),
        ("市交办编号 JB〔2026〕123号", "JB〔2026〕123号", None, None),
        ("灯杆编号：WC0123不亮，市民：王女士，13900001111", None, "13900001111", "王女士"),
        ("工单号：２０２６１１２４０００１", "202611240001", None, None),
        ("甲 13900001111 乙 13900002222", None, None, None),
        ("来电人：匿名，反映路灯不亮", None, None, "匿名"),
        ("联系号码：13900001111", None, "13900001111", None),
    ],
)  # fmt: skip
def test_labels_of_a_work_order(words: str, number: str | None, phone: str | None, name: str | None) -> None:
    assert (labels.external_number(words), labels.phone(words), labels.complainant_name(words)) == (number, phone, name)
