"""Every class and condition of the demo has its drawing, and the drawing is nothing but a drawing."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

DEMO = Path(__file__).parents[2] / "demo"
ICONS = DEMO / "pictures" / "icons"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {SVG + tag for tag in ("svg", "g", "path", "rect", "circle", "ellipse")}
# Ink, paper, tile and metal grey go with everything; of the others a drawing takes two.
NEUTRALS = {"#1a2128", "#fff", "#e8eef4", "#9aa7b3"}
COLOURS = {"#6fa8dc", "#d8492f", "#f2b632", "#5fa463", "#a87b4f"}


def rows() -> list[dict[str, str]]:
    with (DEMO / "wangcheng" / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named() -> set[str]:
    return {row[column] for row in rows() for column in ("icon", "condition_icon")}


def drawings() -> list[Path]:
    return sorted(ICONS.glob("*.svg"))


def test_every_icon_of_the_catalogue_is_drawn() -> None:
    assert named() - {path.stem for path in drawings()} == set()


def test_no_drawing_lies_about_unused() -> None:
    assert {path.stem for path in drawings()} - named() == set()


def test_the_conditions_of_one_class_look_different() -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for row in rows():
        drawing = (ICONS / f"{row['condition_icon']}.svg").read_text("utf-8")
        others = seen.setdefault((row["version"], row["code"]), set())
        assert drawing not in others, f"{row['code']} {row['condition']} looks like another condition"
        others.add(drawing)


@pytest.mark.parametrize("path", drawings(), ids=lambda path: path.stem)
def test_an_icon_is_small_plain_and_of_the_family(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.encode()) <= 1500
    assert "<!" not in text and "<?" not in text
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 48 48"
    for element in root.iter():
        assert element.tag in SHAPES
        assert not (element.text or "").strip(), "an icon has no text"
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on") and "href" not in name and name != "style"
            assert "url(" not in value and "javascript:" not in value
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}", text))
    assert used <= NEUTRALS | COLOURS
    assert len(used & COLOURS) <= 2
