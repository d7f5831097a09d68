"""Finding a class as it is typed: by a part of its name, by pinyin, or by initials (jgqs is 井盖缺失)."""

import re
from dataclasses import dataclass

from msgspec import Struct

from backend.catalogue.schemas import ClassOut, ConditionOut
from backend.catalogue.service import Catalogue
from backend.core.pinyin import initials, plain, spelled

MOST = 20
_KEPT = 4
_HEAD = re.compile(r"[:：,，(（]")


class FoundClass(Struct):
    """A class, and the condition that the typed letters name besides; `label` is what they were found in."""

    code: str
    name: str
    name_en: str
    kind: str
    icon: str
    condition: str | None
    condition_text: str | None
    label: str


class ClassesFound(Struct):
    classes: list[FoundClass]


@dataclass(frozen=True)
class _Typed:
    """A label as it can be typed. `starts`: the pinyin without spaces from each syllable on."""

    category: ClassOut
    condition: ConditionOut | None
    label: str
    initials: str
    starts: tuple[str, ...]


_indexes: dict[str, list[_Typed]] = {}


def search_classes(catalogue: Catalogue, typed: str) -> list[FoundClass]:
    """Classes and conditions by what somebody types, the best first, at most MOST; a class comes before its
    conditions, and a condition only where the class alone does not have what was typed."""
    words = plain(typed)
    letters = words.lower().replace(" ", "")
    if not words:
        return []
    scored = []
    seen: set[str] = set()
    for place, entry in enumerate(_index(catalogue)):
        rank = _rank(entry, words, letters)
        if rank is None or (entry.condition is not None and entry.category.code in seen):
            continue
        if entry.condition is None:
            seen.add(entry.category.code)
        scored.append((rank, place, entry))
    return [_found(entry) for _, _, entry in sorted(scored, key=lambda one: one[:2])[:MOST]]


def _rank(entry: _Typed, words: str, letters: str) -> int | None:
    """0 is the best; None where the label has nothing of it."""
    if words == entry.label or words.lower() == entry.category.code.lower():
        return 0
    if entry.label.startswith(words):
        return 1
    if words in entry.label:
        return 2
    if not letters.isascii():
        return None
    if letters == entry.initials:
        return 3
    if entry.initials.startswith(letters):
        return 4
    if entry.initials.endswith(letters):
        return 5
    if letters in entry.initials:
        return 6
    for syllable, rest in enumerate(entry.starts):
        if rest.startswith(letters):
            return 7 if syllable == 0 else 8
    return None


def _index(catalogue: Catalogue) -> list[_Typed]:
    if catalogue.etag not in _indexes:
        while len(_indexes) >= _KEPT:
            _indexes.pop(next(iter(_indexes)), None)
        _indexes[catalogue.etag] = [
            entry
            for category in catalogue.classes.values()
            for entry in (_typed(category, None), *(_typed(category, one) for one in category.conditions))
        ]
    return _indexes[catalogue.etag]


def _typed(category: ClassOut, condition: ConditionOut | None) -> _Typed:
    head = _HEAD.split(condition.text)[0] if condition else ""
    label = plain(category.name + head)
    syllables = spelled(label).split()
    starts = tuple("".join(syllables[at:]) for at in range(len(syllables)))
    return _Typed(category, condition, label, initials(label), starts)


def _found(entry: _Typed) -> FoundClass:
    category, condition = entry.category, entry.condition
    return FoundClass(
        category.code, category.name, category.name_en, category.kind, category.icon,
        condition.code if condition else None, condition.text if condition else None, entry.label,
    )  # fmt: skip
