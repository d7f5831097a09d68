"""Which class a text is about: by the catalogue's own names and conditions, and by the words that callers use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.schemas import ClassOut
from backend.catalogue.service import Catalogue
from backend.core.pinyin import plain

WHOLE_NAME, PART_OF_NAME, OF_CONDITION = 4.0, 1.5, 0.6
MOST = 6
_PARTS = re.compile(r"[:,;、/()。.!?\s]+")
_SAYS = re.compile(r"[\u4e00-\u9fff]{2}")
"""Two characters say something; a bare number is in every text."""


@dataclass(frozen=True)
class Guess:
    """A class that a text may mean. `score` is below 1; `matched` are the words that speak for it."""

    category: ClassOut
    condition: str | None
    score: float
    matched: list[str] = field(default_factory=list)


async def guess_classes(session: AsyncSession, catalogue: Catalogue, words: str) -> list[Guess]:
    """The classes that `words` may mean, the likeliest first, at most MOST; none where nothing speaks for any."""
    said: dict[str, dict[str, float]] = {}
    for row in await session.execute(text("select class_code, word, weight from class_word")):
        said.setdefault(row.class_code, {})[plain(row.word)] = row.weight
    heard = plain(words)
    return rank(heard, catalogue.classes.values(), said)


def rank(heard: str, classes: Iterable[ClassOut], said: Mapping[str, Mapping[str, float]]) -> list[Guess]:
    """Score every class by what of it occurs in `heard` (plain text).

    Its whole name counts WHOLE_NAME, else the longest part of it by its share; each of its callers' words its weight
    (of words within one another the longest); a part of a condition that none of these has
    OF_CONDITION; it chooses that condition.
    """
    guesses = []
    for category in classes:
        points = _name(heard, plain(category.name))
        points |= {word: max(weight, points.get(word, 0.0)) for word, weight in said.get(category.code, {}).items()}
        matched = _outermost(word for word in points if word in heard)
        condition, parts = _condition(heard, category)
        if not matched and not parts:
            continue
        more = [part for part in parts if not any(part in word for word in matched)]
        total = sum(points[word] for word in matched) + OF_CONDITION * len(more)
        guesses.append(Guess(category, condition, round(total / (total + 1), 3), [*matched, *more]))
    return sorted(guesses, key=lambda guess: -guess.score)[:MOST]


def _name(heard: str, name: str) -> dict[str, float]:
    if name in heard:
        return {name: WHOLE_NAME}
    for length in range(len(name) - 1, 1, -1):
        for start in range(len(name) - length + 1):
            if (part := name[start : start + length]) in heard:
                return {part: PART_OF_NAME * length / len(name)}
    return {}


def _outermost(words: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        if not any(word in other for other in kept):
            kept.append(word)
    return kept


def _condition(heard: str, category: ClassOut) -> tuple[str | None, list[str]]:
    """The condition of which the most occurs in the text, with those parts; of several the first."""
    best: tuple[str | None, list[str]] = (None, [])
    for condition in category.conditions:
        parts = [part for part in _PARTS.split(plain(condition.text)) if _SAYS.search(part) and part in heard]
        if len(parts) > len(best[1]):
            best = (condition.code, parts)
    return best
