"""Places that a text names are found by name, by sound and by likeness; each says how sure that is."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.imports import run_import
from backend.core.geo import GeoPoint, metres_between
from backend.territory.gazetteer import find_places, search_places
from backend.territory.gazetteer_rules import FoundPlace
from tests.admin.files import write
from tests.territory.district import make_district, spot


@pytest.fixture
async def gazetteer(session: AsyncSession, tmp_path: Path) -> AsyncSession:
    await make_district(session)
    report = await run_import(session, "gazetteer", write(tmp_path, "gazetteer"))
    assert report.refused == []
    return session


async def best(session: AsyncSession, words: str) -> FoundPlace:
    return (await find_places(session, words))[0]


def near(found: FoundPlace, point: GeoPoint, metres: float = 1) -> bool:
    return metres_between(found.point, point) <= metres


async def test_the_longest_name_wins_and_an_alias_counts(gazetteer: AsyncSession) -> None:
    found = await find_places(gazetteer, "区医院门口有人摆摊")
    assert [(one.name, one.kind, one.matched, one.how) for one in found] == [("人民医院", "poi", "区医院", "exact")]
    assert near(found[0], spot(3.5, 3.5))


async def test_two_roads_and_a_crossing_word_are_one_place_and_an_offset_moves_it(gazetteer: AsyncSession) -> None:
    there = await best(gazetteer, "东风大道与金星路交叉口井盖缺失")
    assert (there.name, there.how, near(there, spot(0.5, 0.55))) == ("东风大道与金星路交叉口", "crossing", True)
    moved = await best(gazetteer, "东风大道与金星路交叉口往西50米，路边井盖缺失")
    assert moved.matched == "东风大道与金星路交叉口往西50米"
    assert metres_between(moved.point, there.point) == pytest.approx(50, abs=0.5)
    assert moved.point.lon < there.point.lon and moved.point.lat == pytest.approx(there.point.lat)
    assert moved.score < there.score


async def test_roads_that_do_not_meet_are_not_said_to_cross(gazetteer: AsyncSession) -> None:
    found = await find_places(gazetteer, "东风大道与西峰路交叉口")
    assert {(one.name, one.kind) for one in found} == {("东风大道", "road"), ("西峰路", "road")}
    assert max(one.score for one in found) < 0.5


async def test_a_name_written_as_it_sounds_is_found_and_less_sure(gazetteer: AsyncSession) -> None:
    heard, written = await best(gazetteer, "金兴路有垃圾"), await best(gazetteer, "金星路有垃圾")
    assert (heard.name, heard.how, heard.matched) == ("金星路", "pinyin", "金兴路")
    assert heard.score < written.score
    crossing = await best(gazetteer, "东风大道和金兴路路口")
    assert (crossing.how, near(crossing, spot(0.5, 0.55))) == ("crossing", True)


async def test_what_is_only_similar_counts_when_nothing_else_is_precise(gazetteer: AsyncSession) -> None:
    found = await best(gazetteer, "张兴菜市场门口污水横流")
    assert (found.name, found.how) == ("长兴菜市场", "similar")
    assert found.score < 0.7
    assert [one.how for one in await find_places(gazetteer, "人民医院旁边的菜市场")] == ["exact"]


async def test_a_lamp_number_is_exact_and_not_part_of_another(gazetteer: AsyncSession) -> None:
    found = await find_places(gazetteer, "灯杆号ｗｃ0123不亮")
    assert [(one.name, one.score) for one in found] == [("WC0123", 1.0)]
    assert near(found[0], spot(2.5, 3.5))
    assert await find_places(gazetteer, "灯杆号 WC01234 不亮") == []


async def test_a_named_street_tells_two_places_of_one_name_apart(gazetteer: AsyncSession) -> None:
    assert near(await best(gazetteer, "乙街道幸福小区"), spot(2.5, 1.5))
    assert near(await best(gazetteer, "甲街道幸福小区"), spot(1.5, 1.5))
    unsure, sure = await best(gazetteer, "幸福小区"), await best(gazetteer, "甲街道幸福小区")
    assert unsure.score < sure.score


async def test_a_text_without_a_place_has_none(gazetteer: AsyncSession) -> None:
    assert await find_places(gazetteer, "今天天气很好") == []
    assert await find_places(gazetteer, "\x01 % _ ' \\ 🙂") == []


async def test_places_are_typed_by_initials_pinyin_or_name(gazetteer: AsyncSession) -> None:
    for typed in ("rmyy", "renminyi", "人民", "QYY"):
        assert [one.name for one in await search_places(gazetteer, typed)] == ["人民医院"], typed
    assert await search_places(gazetteer, " ") == []


async def test_a_wrong_row_is_refused_and_named(gazetteer: AsyncSession, tmp_path: Path) -> None:
    rows = ["X-1,某路,lane,,114,30,,示例", "X-2,某路,road,,999,30,,示例", "X-3,某路,road,,114,30,999999999,示例"]
    before = await gazetteer.scalar(text("select count(*) from gazetteer"))
    report = await run_import(gazetteer, "gazetteer", write(tmp_path, "gazetteer", more=rows))
    assert {one.field for one in report.refused} >= {"kind", "lon", "street"}
    assert await gazetteer.scalar(text("select count(*) from gazetteer")) == before
