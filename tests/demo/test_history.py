"""The plan of past cases: believable, lawful by the table of moves, and nothing empty for who tries the demo."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import shapely

from backend.cases.lifecycle import Action, State, next_move
from backend.core.roles import Role
from backend.core.worktime import Calendar, Limit, due, parse_hours
from demo.history import PastCase, plan
from tests.demo.files import by, codes, district, rows

NOW = dt.datetime(2026, 11, 24, 13, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(scope="module")
def past(grid: Path) -> list[PastCase]:
    return plan(grid, NOW)


def times(case: PastCase) -> list[dt.datetime]:
    return [case["received_at"], case["completed_at"], *(move["at"] for move in case["moves"])]


async def test_there_are_300_cases_and_the_same_moment_gives_the_same_ones(grid: Path, past: list[PastCase]) -> None:
    assert len(past) == 300
    assert plan(grid, NOW) == past


async def test_nothing_happens_before_its_report_or_after_now(past: list[PastCase]) -> None:
    for case in past:
        assert times(case) == sorted(times(case)) and times(case)[-1] <= NOW, case


async def test_every_move_is_one_that_the_table_allows(past: list[PastCase]) -> None:
    for case in past:
        # An inspector's report files itself when it is complete.
        state = State.DISPATCHED if case["source"] == "inspector" else State.SUBMITTED
        pending = None
        for move in case["moves"]:
            allowed = next_move(state, Action(move["action"]), frozenset({Role(move["role"])}), pending)
            pending = allowed.asks or (None if allowed.answers else pending)
            assert not allowed.reason or move["reason"]
            assert not allowed.photo or move["photos"]
            state = allowed.to
        assert state == case["state"]


async def test_every_state_is_there_to_be_seen(past: list[PastCase]) -> None:
    states = Counter(case["state"] for case in past)
    assert set(states) == set(State)
    assert min(states.values()) >= 4 and 0.6 < states["closed"] / len(past) < 0.8


async def test_every_case_lies_in_its_cell(grid: Path, past: list[PastCase]) -> None:
    wanted = {case["cell"] for case in past}
    with grid.open(encoding="utf-8") as file:
        shapes = {line[:15]: line.split('"')[1] for line in file if line[:15] in wanted}
    for case in past:
        assert shapely.covers(shapely.from_wkt(shapes[case["cell"]]), shapely.Point(case["lon"], case["lat"]))


async def test_classes_and_conditions_are_the_catalogues(past: list[PastCase]) -> None:
    known = {(row["code"], row["condition"]) for row in rows("catalogue")}
    for case in past:
        for condition in {case["condition"], *(move["data"].get("condition") for move in case["moves"])}:
            assert condition in (None, "00") or (case["category"], condition) in known
        assert case["condition"] != "00" or case["state"] == "submitted"
    assert {None, "00"} <= {case["condition"] for case in past}


async def test_the_commonest_classes_are_those_of_a_real_month(past: list[PastCase]) -> None:
    often = [code for code, _ in Counter(case["category"] for case in past).most_common(3)]
    assert often[0] == "E0410" and set(often) <= {row["code"] for row in rows("mix")[:6]}


async def test_an_answer_shows_the_same_street_unless_it_failed(past: list[PastCase]) -> None:
    for case in past:
        answers = [move["photos"][0] for move in case["moves"] if move["action"] == "respond"]
        same = [answer["seed"] == case["photos"][0]["seed"] and answer["after"] for answer in answers]
        assert all(same[-1:]) and same.count(False) == case["rework"]


async def test_some_cases_are_late_and_most_are_not(past: list[PastCase]) -> None:
    facts = district()["properties"]
    days = {dt.date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in rows("calendar")}
    calendar = Calendar(days, parse_hours(facts["work_hours"]), facts["time_zone"])
    catalogue = by("catalogue", "code")
    late = []
    for case in past:
        if case["state"] != "closed" or case["rework"]:
            continue
        filed = next((move for move in case["moves"] if move["action"] == "file"), None)
        chosen = filed["data"]["condition"] if filed else case["condition"]
        row = next(
            r
            for r in catalogue[str(case["category"])]
            if (r["condition"] == chosen if chosen else r["is_default"] == "1")
        )
        limit = Limit(int(row["limit_amount"]), row["limit_unit"])  # type: ignore[arg-type]
        answered = next(move["at"] for move in case["moves"] if move["action"] == "respond")
        late.append(answered > due(calendar, filed["at"] if filed else case["completed_at"], limit))
    assert 0.08 < sum(late) / len(late) < 0.3


async def test_the_squad_of_the_sample_position_has_work_and_the_checks_there_too(past: list[PastCase]) -> None:
    here = Counter(case["state"] for case in past if case["cell"].startswith("430112001"))
    assert here["dispatched"] + here["accepted"] >= 6 and here["responded"] >= 2 and here["submitted"] >= 2


async def test_every_direct_squad_has_open_work(past: list[PastCase]) -> None:
    waiting = [str(case["category"]) for case in past if case["state"] == "dispatched"]
    rules = [rule for rule in rows("routing_rules") if rule["area_kind"] == "district"]
    for squad in {rule["squad"] for rule in rules}:
        mine = tuple(rule["class_prefix"] for rule in rules if rule["squad"] == squad)
        assert any(code.startswith(mine) for code in waiting), squad


async def test_who_acts_holds_the_post_on_that_day(past: list[PastCase]) -> None:
    posts = by("users", "username")
    for case in past:
        for move in case["moves"]:
            if move["username"]:
                day = move["at"].date().isoformat()
                held = [p for p in posts[move["username"]] if p["valid_from"] <= day <= (p["valid_to"] or "9999")]
                assert [p["role"] for p in held] == [move["role"]]
            elif move["role"] == "reporter":
                assert move["device"] == case["device"] and case["device"] is not None
            else:
                assert move["nth"] in (0, 1)


async def test_an_inspectors_case_lies_in_his_own_duty_grid(past: list[PastCase]) -> None:
    walks = {code: row["inspectors"].split(";") for row in rows("duty_grids") for code in codes(row["communities"])}
    for case in past:
        assert case["source"] == "citizen" or case["username"] in walks[case["cell"][:12]]


@pytest.mark.parametrize("hour", [3, 9, 23])
async def test_the_plan_holds_at_any_hour_and_on_a_holiday(grid: Path, hour: int) -> None:
    now = dt.datetime(2027, 2, 7, hour, 10, tzinfo=NOW.tzinfo)
    for case in plan(grid, now, count=120):
        assert times(case) == sorted(times(case)) and times(case)[-1] <= now
