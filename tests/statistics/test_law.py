"""What no figure may be about, whoever defines it."""

from dataclasses import replace

import pytest

from backend.core.errors import DomainError
from backend.statistics.catalogue import ALL
from backend.statistics.definition import Indicator, Parts, check
from backend.statistics.law import BadDefinition, ForbiddenFact, UnknownFact

CLOSURE = ALL["closure"]


def changed(**changes: object) -> Indicator:
    return replace(CLOSURE, **changes)  # type: ignore[arg-type]


def test_all_of_ours_are_lawful() -> None:
    for indicator in ALL.values():
        check(indicator)


@pytest.mark.parametrize("fact", ["fine", "penalty_amount", "total_fines", "confiscated_yuan"])
def test_a_figure_on_fines_is_refused_with_article_74(fact: str) -> None:
    with pytest.raises(ForbiddenFact) as refused:
        check(changed(parts=Parts(f"{fact} > 0", "true")))
    assert "行政处罚法第七十四条" in refused.value.detail
    assert refused.value.facts["fact"] == fact


@pytest.mark.parametrize(
    "fact",
    ["mileage", "distance_walked", "online_seconds", "clock_in", "clock_in_days", "check_ins", "patrol_km", "points",
     "login_count", "attendance_rank"],
)  # fmt: skip
def test_a_figure_on_mileage_online_time_or_clocking_in_is_refused_with_the_opinion_of_2023(fact: str) -> None:
    with pytest.raises(ForbiddenFact) as refused:
        check(changed(parts=Parts("closed", f"{fact} > 0")))
    assert "2023-12-18" in refused.value.detail


@pytest.mark.parametrize("title", ["人均罚款额", "巡查里程", "在线时长排名", "打卡率"])
def test_its_title_gives_it_away_as_well(title: str) -> None:
    with pytest.raises(ForbiddenFact):
        check(changed(title=title))


def test_a_sum_can_be_no_way_around_it() -> None:
    with pytest.raises(ForbiddenFact):
        check(changed(family="mean", parts=Parts("true", "true", "fine_amount")))


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("colour = 'red'", UnknownFact),
        ("pg_sleep(10)", UnknownFact),
        ("closed) or (select true", UnknownFact),
        ("closed; drop table cases", BadDefinition),
        ("closed -- and not resting", BadDefinition),
        ("state = 'closed' || ''", BadDefinition),
        ('"number" is null', BadDefinition),
        ("step = 'dispatch'", UnknownFact),
    ],
)
def test_a_predicate_is_made_of_the_facts_of_its_population_and_nothing_else(
    expression: str, error: type[DomainError]
) -> None:
    with pytest.raises((error, UnknownFact)):
        check(changed(parts=Parts(expression, "true")))
