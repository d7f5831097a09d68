"""Squads, duty grids, rules, people, accounts, notice: complete and consistent."""

import datetime as dt
import re
from itertools import combinations

from tests.demo.files import by, codes, district, rows

LINES = {"拆违控违", "渣土扬尘", "餐厨垃圾", "市容秩序"}
AREA_OF = {"district": "district", "street": "streets", "community": "communities", "cells": "duty_grids"}
TODAY = dt.date(2026, 11, 24)


def open_on(row: dict[str, str], day: dt.date) -> bool:
    return row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999-12-31")


def test_each_street_has_one_territorial_squad() -> None:
    territorial = [row["street"] for row in rows("squads") if row["kind"] == "territorial"]
    assert sorted(territorial) == sorted(row["code"] for row in rows("streets"))


def test_four_direct_squads_cover_the_four_lines_and_one_squad_catches_the_rest() -> None:
    squads = by("squads", "kind")
    assert {row["line"] for row in squads["direct"]} == LINES and len(squads["direct"]) == 4
    assert [row["code"] for row in squads["fallback"]] == [district()["properties"]["fallback_squad"]]


def test_no_telephone_number_is_invented() -> None:
    assert {row["phone"] for row in rows("squads")} == {""}


def test_every_community_is_in_exactly_one_duty_grid_of_at_most_three() -> None:
    grids = rows("duty_grids")
    assert 60 <= len(grids) <= 90
    held = [list(codes(row["communities"])) for row in grids]
    assert all(1 <= len(group) <= 3 and len({code[:9] for code in group}) == 1 for group in held)
    assert sorted(code for group in held for code in group) == sorted(row["code"] for row in rows("communities"))


def test_every_duty_grid_has_an_inspector_who_is_one_today() -> None:
    inspectors = {row["username"] for row in rows("users") if row["role"] == "inspector" and open_on(row, TODAY)}
    walking = {name for row in rows("duty_grids") for name in codes(row["inspectors"])}
    assert all(row["inspectors"] for row in rows("duty_grids")) and walking <= inspectors and len(walking) >= 3


def test_rules_name_areas_classes_and_squads_that_exist() -> None:
    squads = {row["code"] for row in rows("squads")}
    classes = set(by("catalogue", "code"))
    known = {kind: {row["code"] for row in rows(file)} for kind, file in AREA_OF.items() if kind != "district"}
    known["district"] = {district()["properties"]["code"]}
    for rule in rows("routing_rules"):
        assert rule["squad"] in squads and rule["area"] in known[rule["area_kind"]], rule["code"]
        assert any(code.startswith(rule["class_prefix"]) for code in classes), rule["code"]
        assert rule["reason"].startswith("示例"), rule["code"]


def test_no_two_rules_are_equal_for_any_place_class_and_day() -> None:
    for a, b in combinations(rows("routing_rules"), 2):
        same = all(a[k] == b[k] for k in ("priority", "area_kind", "area", "class_prefix", "valid_from"))
        assert not same, (a["code"], b["code"])


def test_every_street_falls_to_its_own_squad_today() -> None:
    home = {row["street"]: row["code"] for row in rows("squads") if row["kind"] == "territorial"}
    rules = [r for r in rows("routing_rules") if r["area_kind"] == "street" and not r["class_prefix"]]
    for street, squad in home.items():
        today = [r for r in rules if r["area"] == street and open_on(r, TODAY)]
        assert max(today, key=lambda r: int(r["priority"]))["squad"] == squad


def test_direct_squads_win_over_the_territory_for_their_classes() -> None:
    direct = {row["code"] for row in rows("squads") if row["kind"] == "direct"}
    everywhere = [r for r in rows("routing_rules") if r["area_kind"] == "district"]
    assert {r["squad"] for r in everywhere} == direct
    assert {r["class_prefix"] for r in everywhere} >= {"E0101", "E0304", "E0131", "E0203"}
    most = max(int(r["priority"]) for r in rows("routing_rules") if not r["class_prefix"])
    assert all(int(r["priority"]) > most for r in everywhere)


def test_a_rule_by_cells_does_not_hold_at_the_sample_position() -> None:
    ruled = {r["area"] for r in rows("routing_rules") if r["area_kind"] == "cells"}
    grid = {code: row["code"] for row in rows("duty_grids") for code in codes(row["communities"])}
    assert ruled and grid["430112001001"] not in ruled


def test_every_squad_has_a_leader_and_two_members_today() -> None:
    posts = [row for row in rows("users") if open_on(row, TODAY)]
    for squad in rows("squads"):
        roles = [row["role"] for row in posts if row["squad"] == squad["code"]]
        assert roles.count("squad_leader") == 1 and roles.count("squad_member") == 2, squad["code"]


def test_there_is_somebody_for_each_role() -> None:
    people = {role: {row["username"] for row in group} for role, group in by("users", "role").items()}
    assert len(people["inspector"]) >= 3 and len(people["operator"]) >= 2 and len(people["administrator"]) == 1


def test_a_person_holds_one_post_at_a_time_and_one_name() -> None:
    for username, posts in by("users", "username").items():
        assert re.fullmatch(r"[a-z]+(-leader)?\d?", username)
        assert len({row["name"] for row in posts}) == 1 and posts[0]["name"].endswith("（示例）")
        assert sum(open_on(row, TODAY) for row in posts) == 1, username


def test_squad_posts_and_no_others_name_a_squad() -> None:
    squads = {row["code"] for row in rows("squads")}
    for row in rows("users"):
        assert (row["squad"] in squads) if row["role"].startswith("squad") else row["squad"] == ""


def test_the_accounts_to_try_first_hold_every_role_and_the_squad_of_the_sample_position() -> None:
    today = {row["username"]: row for row in rows("users") if open_on(row, TODAY)}
    accounts = [today[row["username"]] for row in rows("accounts")]
    assert 5 <= len(accounts) <= 8, "a page of them, not a list"
    assert {row["role"] for row in accounts} >= set(by("users", "role")) - {"shift_leader", "superintendent"}
    assert "gaotangling" in {row["squad"] for row in accounts}


def test_the_notice_says_the_same_sections_in_both_languages() -> None:
    zh, en = by("consent", "lang")["zh"], by("consent", "lang")["en"]
    assert {row["version"] for row in zh + en} == {"2026-11"}
    assert [row["sort"] for row in zh] == [row["sort"] for row in en] == [str(n) for n in range(1, len(zh) + 1)]
    titles = {row["title"] for row in zh}
    assert {"谁收集", "收集什么", "为什么", "存多久", "您可以怎么做"} <= titles
    assert all(row["body"] and not re.search(r"[！!]", row["body"]) for row in zh + en)
