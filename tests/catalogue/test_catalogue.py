import datetime as dt

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.service import NoCatalogue, current, find_condition, working_calendar
from backend.core.worktime import Limit, due
from tests.territory.district import DAY, START, make_class, make_district


async def make_condition(
    session: AsyncSession, class_code: str, code: str, is_default: bool = False, version: str = "t1", sort: int = 1
) -> None:
    await session.execute(
        text(
            "insert into filing_condition values (:version, :cls, :code, :text, 'en', 'icon', 2, 'work_hour', '清除',"
            " :is_default, :sort)"
        ),
        {
            "version": version,
            "cls": class_code,
            "code": code,
            "text": f"条件{code}",
            "is_default": is_default,
            "sort": sort,
        },
    )


async def make_catalogue(session: AsyncSession) -> None:
    await make_class(session, "E0104", "暴露垃圾")
    await make_condition(session, "E0104", "01")
    await make_condition(session, "E0104", "02", is_default=True)
    await make_class(session, "E0105", "无条件")


async def test_without_an_answer_the_default_condition_applies(session: AsyncSession) -> None:
    await make_catalogue(session)
    choice = await find_condition(session, DAY, "E0104", None)
    assert choice.category is not None and choice.condition is not None
    assert (choice.version, choice.category.name, choice.condition.code, choice.flags) == ("t1", "暴露垃圾", "02", [])


async def test_an_answer_sets_the_condition(session: AsyncSession) -> None:
    await make_catalogue(session)
    choice = await find_condition(session, DAY, "E0104", "01")
    assert choice.condition is not None
    assert (choice.condition.code, choice.condition.limit.amount, choice.flags) == ("01", 2, [])


async def test_i_do_not_know_leaves_the_condition_to_the_operator(session: AsyncSession) -> None:
    await make_catalogue(session)
    choice = await find_condition(session, DAY, "E0104", "00")
    assert (choice.condition, choice.flags) == (None, ["condition_undecided"])


async def test_an_unknown_condition_takes_the_default_and_is_flagged(session: AsyncSession) -> None:
    await make_catalogue(session)
    choice = await find_condition(session, DAY, "E0104", "77")
    assert choice.condition is not None
    assert (choice.condition.code, choice.flags) == ("02", ["unknown_condition"])


@pytest.mark.parametrize(("code", "flag"), [(None, "no_category"), ("E9999", "unknown_category")])
async def test_without_a_known_class_there_is_no_condition(session: AsyncSession, code: str | None, flag: str) -> None:
    await make_catalogue(session)
    choice = await find_condition(session, DAY, code, "01")
    assert (choice.category, choice.condition, choice.flags) == (None, None, [flag])


async def test_the_version_in_force_is_the_latest_that_has_begun(session: AsyncSession) -> None:
    await make_catalogue(session)
    await session.execute(text("insert into catalogue_version values ('t2', '2026-07-01')"))
    await make_class(session, "E0104", "垃圾", version="t2")
    assert (await current(session, dt.date(2026, 6, 30))).version == "t1"
    assert (await current(session, dt.date(2026, 7, 1))).version == "t2"
    with pytest.raises(NoCatalogue):
        await current(session, START - dt.timedelta(days=1))


async def test_the_day_of_an_instant_is_the_district_s_day(session: AsyncSession) -> None:
    await make_district(session)
    await make_catalogue(session)
    await session.execute(text("insert into catalogue_version values ('t2', '2026-07-01')"))
    before = dt.datetime(2026, 6, 30, 15, 59, tzinfo=dt.UTC)
    assert (await current(session, before)).version == "t1"
    assert (await current(session, before + dt.timedelta(minutes=1))).version == "t2"


async def test_a_changed_row_is_seen_at_once_and_changes_the_etag(session: AsyncSession) -> None:
    await make_catalogue(session)
    first = await current(session, DAY)
    assert (await current(session, DAY)) is first
    async with session.begin_nested():
        await session.execute(text("update category_class set name = '新名' where code = 'E0104'"))
    second = await current(session, DAY)
    assert (second.classes["E0104"].name, second.etag == first.etag) == ("新名", False)
    async with session.begin_nested():
        await session.execute(text("delete from filing_condition where code = '01'"))
    assert len((await current(session, DAY)).classes["E0104"].conditions) == 1


async def test_a_catalogue_that_was_read_costs_one_statement(session: AsyncSession) -> None:
    await make_catalogue(session)
    await current(session, DAY)
    statements: list[str] = []
    connection = (await session.connection()).sync_connection
    assert connection is not None
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    await find_condition(session, DAY, "E0104", None)
    assert len(statements) == 1


async def test_the_working_calendar_knows_holidays_make_up_days_and_hours(session: AsyncSession) -> None:
    await make_district(session)
    calendar = await working_calendar(session)
    assert not calendar.is_workday(dt.date(2026, 10, 10))
    async with session.begin_nested():
        await session.execute(
            text("insert into calendar_day values ('2026-10-10', true, '调休'), ('2026-10-01', false, '国庆节')")
        )
    calendar = await working_calendar(session)
    assert calendar.is_workday(dt.date(2026, 10, 10)) and not calendar.is_workday(dt.date(2026, 10, 1))
    friday = dt.datetime(2026, 10, 9, 16, 0, tzinfo=calendar.zone)
    assert due(calendar, friday, Limit(1, "work_day")) == dt.datetime(2026, 10, 10, 16, 0, tzinfo=calendar.zone)
