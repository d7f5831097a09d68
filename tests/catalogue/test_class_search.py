"""A class is found as it is typed: by initials, pinyin or name; and guessed from what a caller says."""

import csv

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.imports import run_import
from backend.catalogue.guess import Guess, guess_classes
from backend.catalogue.search import FoundClass, search_classes
from backend.catalogue.service import current
from backend.core.roles import Role
from ops.home import ROOT
from tests.make import MANHOLE, RUBBISH, make_world, phone, staff
from tests.territory.district import DAY

DEMO = ROOT / "demo" / "wangcheng"


@pytest.fixture
async def demo_catalogue(session: AsyncSession) -> AsyncSession:
    for kind in ("catalogue", "class_words"):
        assert (await run_import(session, kind, DEMO / f"{kind}.csv")).refused == []
    return session


async def typed(session: AsyncSession, words: str) -> list[FoundClass]:
    return search_classes(await current(session, DAY), words)


async def guessed(session: AsyncSession, words: str) -> list[Guess]:
    return await guess_classes(session, await current(session, DAY), words)


async def test_initials_name_a_class_with_its_condition(demo_catalogue: AsyncSession) -> None:
    found = await typed(demo_catalogue, "jgqs")
    assert {one.label for one in found} >= {"雨水井盖缺失", "不明井盖缺失"}
    assert all(one.condition == "01" and (one.condition_text or "").startswith("缺失") for one in found)


async def test_pinyin_from_any_syllable_and_a_part_of_the_name_find_the_class(demo_catalogue: AsyncSession) -> None:
    for words in ("暴露垃圾", "露垃圾", "bllj", "baolu", "laj", "BAO LU LA", "E0110"):
        found = await typed(demo_catalogue, words)
        assert "E0110" in {one.code for one in found}, words
    first = (await typed(demo_catalogue, "bllj"))[0]
    assert (first.code, first.condition) == ("E0110", None)


async def test_nothing_typed_and_nothing_alike_find_nothing(demo_catalogue: AsyncSession) -> None:
    assert await typed(demo_catalogue, "  ") == []
    assert await typed(demo_catalogue, "zzzzqq") == []


async def test_the_best_comes_first_and_the_list_stays_short(demo_catalogue: AsyncSession) -> None:
    found = await typed(demo_catalogue, "井盖")
    assert 0 < len(found) <= 20 and found[0].condition is None


@pytest.mark.parametrize(
    ("said", "code", "condition"),
    [
        ("路边的井盖缺失，很危险", "C0123", "01"),
        ("晚上半夜施工打桩，吵得睡不着", "E0301", None),
        ("小区门口垃圾成堆没人清", "E0110", "02"),
        ("电动车乱停乱放占了盲道", "E0410", "03"),
        ("路灯不亮好几天了", "C0137", None),
        ("有人在卖烧烤，油烟很大", "E0129", "01"),
        ("雨水井盖没了", "C0103", None),
        ("渣土车没盖篷布，一路撒漏", "E0311", None),
    ],
)
async def test_what_callers_say_is_understood(
    demo_catalogue: AsyncSession, said: str, code: str, condition: str | None
) -> None:
    first = (await guessed(demo_catalogue, said))[0]
    assert (first.category.code, first.condition) == (code, condition)
    assert first.matched and all(word in said for word in first.matched) and 0 < first.score < 1


async def test_what_speaks_for_no_class_guesses_none(demo_catalogue: AsyncSession) -> None:
    assert await guessed(demo_catalogue, "请问几点上班？电话 13812345678，12 日 20 时") == []


async def test_every_word_of_the_demo_is_a_word_of_its_catalogue() -> None:
    with (DEMO / "class_words.csv").open(encoding="utf-8", newline="") as file:
        words = {row["class_code"] for row in csv.DictReader(file)}
    with (DEMO / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        assert words == {row["code"] for row in csv.DictReader(file)}


async def test_staff_search_and_phones_do_not(app: Litestar, session: AsyncSession) -> None:
    await make_world(session)
    operator = await staff(app, session, "operator", Role.OPERATOR)
    found = (await operator.get("classes/search", q="jgqs"))["classes"]
    assert [(one["code"], one["condition"], one["label"]) for one in found] == [(MANHOLE, "01", "雨水井盖缺失")]
    assert [one["code"] for one in (await operator.get("classes/search", q="bllj"))["classes"]] == [RUBBISH]
    answer = await (await phone(app)).client.get("/api/v1/classes/search", params={"q": "jgqs"})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")
