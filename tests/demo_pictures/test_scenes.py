"""The drawn past: a problem, and the same street without it."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from demo.draw.scenes import draw, picture, thing_for

CATALOGUE = Path(__file__).parents[2] / "demo" / "wangcheng" / "catalogue.csv"


def classes() -> list[tuple[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return sorted({(row["code"], row["icon"]) for row in csv.DictReader(file)})


@pytest.mark.parametrize(("code", "icon"), classes())
def test_the_problem_is_seen_before_and_gone_after(code: str, icon: str) -> None:
    before, after = (draw(code, icon, 7, done) for done in (False, True))
    first, second = (Image.open(io.BytesIO(data)).convert("L") for data in (before, after))
    assert first.size == second.size == (640, 480)
    assert max(len(before), len(after)) <= 40_000
    # Coding noise stays below this; a thing drawn or not drawn does not.
    changed = ImageChops.difference(first, second).point(lambda value: 255 * (value > 40))
    assert changed.histogram()[255] > 640 * 480 * 0.005


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert draw("E0110", "exposed-rubbish", 3, False) == draw("E0110", "exposed-rubbish", 3, False)


def test_another_seed_is_another_street() -> None:
    assert draw("E0110", "exposed-rubbish", 3, True) != draw("E0110", "exposed-rubbish", 4, True)


def test_every_scene_carries_the_same_label_in_its_corner() -> None:
    corners = {
        picture(code, icon, seed, after=bool(seed % 2)).crop((570, 438, 628, 468)).convert("L").point(
            lambda value: 255 * (value > 128)
        ).tobytes()
        for seed, (code, icon) in enumerate(classes())
    }  # fmt: skip
    assert len(corners) == 1
    ink = Image.frombytes("L", (58, 30), corners.pop()).histogram()[0]
    assert ink > 100


def test_a_word_is_matched_at_its_beginning_only() -> None:
    assert thing_for("E0311", "uncovered-lorry").__name__ == "lorry"
    assert thing_for("C0127", "telecom-cabinet").__name__ == "cabinet"


def test_a_class_with_an_icon_of_its_own_is_drawn_by_its_group() -> None:
    assert thing_for("C0499", "xyz").__name__ == "tree"
    assert thing_for("E9901", "xyz").__name__ == "rubbish"
