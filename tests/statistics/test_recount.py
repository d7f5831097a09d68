"""All figures against a second count, over cases made at random."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.statistics.catalogue import ALL
from backend.statistics.counting import count
from backend.statistics.dimensions import DIMENSIONS, dimension
from backend.statistics.periods import Period
from tests.make import make_world
from tests.statistics.made import NOW, ZONE, make_cases
from tests.statistics.recount import RECOUNT, differences, recount


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_indicator_by_every_dimension_of_every_month_is_counted_alike_twice(
    session: AsyncSession, seed: int
) -> None:
    await make_world(session)
    await make_cases(session, seed, 400)
    assert set(RECOUNT) == set(ALL)
    assert await differences(session, ZONE, NOW) == []


async def test_the_second_count_would_notice_one_case_that_is_a_month_off(session: AsyncSession) -> None:
    await make_world(session)
    await make_cases(session, 3, 60)
    before = await recount(session, ZONE, NOW)
    moved = text(
        "update cases set due_at = due_at - interval '1 month' where id = (select id from cases"
        " where number is not null and state = 'closed' and due_at < :now order by id limit 1)"
    )
    await session.execute(moved, {"now": NOW})
    after = await recount(session, ZONE, NOW)
    assert {key[3] for key in before.keys() | after.keys() if before.get(key) != after.get(key)} >= {"closure"}
    assert await differences(session, ZONE, NOW) == []


async def test_quarters_and_years_are_the_sums_of_their_months(session: AsyncSession) -> None:
    await make_world(session)
    await make_cases(session, 4, 300)
    by, all_of_them = dimension("squad"), list(ALL.values())
    spans = [Period.parse(text_).span(ZONE, NOW) for text_ in ("2026-07", "2026-08", "2026-09", "2026-Q3")]
    *months, quarter = await count(session, all_of_them, by, spans, ZONE)
    for squad, figures in quarter.items():
        for name, figure in figures.items():
            parts = [month[squad][name] for month in months if name in month.get(squad, {})]
            assert figure.numerator == sum(part.numerator for part in parts), (squad, name)
            assert (figure.denominator or 0) == sum(part.denominator or 0 for part in parts), (squad, name)


async def test_a_made_set_of_cases_has_something_in_every_figure(session: AsyncSession) -> None:
    """Otherwise an agreement of nothing with nothing would pass for a proof."""
    await make_world(session)
    await make_cases(session, 1, 400)
    (counted,) = await count(
        session, list(ALL.values()), DIMENSIONS["district"], [Period.parse("2026").span(ZONE, NOW)], ZONE
    )
    (figures,) = counted.values()
    assert [name for name, figure in figures.items() if figure.numerator == 0] == []
