"""The catalogue of the demo: enough classes, conditions that read, pictures that exist."""

import re

from tests.demo.files import FOLDER, by, rows

UNITS = {"emergency_hour", "emergency_day", "work_hour", "work_day"}


def test_there_are_at_least_25_events_and_20_components() -> None:
    classes = by("catalogue", "code")
    assert sum(code.startswith("E") for code in classes) >= 25
    assert sum(code.startswith("C") for code in classes) >= 20


def test_a_class_code_is_its_kind_and_four_digits() -> None:
    for row in rows("catalogue"):
        assert re.fullmatch(r"[EC]\d{4}", row["code"])
        assert row["kind"] == row["code"][0]


def test_each_class_has_several_conditions_and_one_default() -> None:
    for code, conditions in by("catalogue", "code").items():
        assert len(conditions) >= 2, code
        assert [row["condition"] for row in conditions] == [f"{n:02d}" for n in range(1, len(conditions) + 1)]
        assert [row["is_default"] for row in conditions].count("1") == 1, code


def test_all_four_clocks_are_used() -> None:
    assert {row["limit_unit"] for row in rows("catalogue")} == UNITS


def test_a_class_asks_which_one_exactly_when_the_answer_changes_the_clock() -> None:
    for code, conditions in by("catalogue", "code").items():
        clocks = {(row["limit_amount"], row["limit_unit"]) for row in conditions}
        assert bool(conditions[0]["question"]) == (len(clocks) > 1), code
        assert bool(conditions[0]["question"]) == bool(conditions[0]["question_en"])


def test_rows_of_one_class_agree_on_the_class() -> None:
    shared = (
        "kind",
        "group_name",
        "name",
        "name_en",
        "icon",
        "question",
        "question_en",
        "collect_requirement",
        "sort",
    )
    for code, conditions in by("catalogue", "code").items():
        for column in shared:
            assert len({row[column] for row in conditions}) == 1, (code, column)


def test_pictures_of_one_question_differ() -> None:
    for code, conditions in by("catalogue", "code").items():
        assert len({row["condition_icon"] for row in conditions}) == len(conditions), code


def test_every_picture_named_is_drawn() -> None:
    named = {row[column] for row in rows("catalogue") for column in ("icon", "condition_icon")}
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in named)
    drawn = {path.stem for path in (FOLDER.parent / "pictures" / "icons").glob("*.svg")}
    assert named - drawn == set()


def test_a_condition_begins_with_a_word_short_enough_for_its_picture() -> None:
    for row in rows("catalogue"):
        assert len(row["condition_text"].split("：")[0]) <= 6, row["condition_text"]
        assert len(row["condition_text_en"].split(":")[0]) <= 14, row["condition_text_en"]


def test_everything_has_an_english_name() -> None:
    for row in rows("catalogue"):
        for column in ("name_en", "condition_text_en"):
            assert row[column] and not re.search(r"[\u3400-\u9fff]", row[column]), row[column]


def test_the_version_says_that_it_is_an_example() -> None:
    assert {row["version"] for row in rows("catalogue")} == {"示例-2026.1"}
