"""How Chinese is typed: pinyin without tones, and its initials. One token for each character, so that places align."""

import unicodedata
from functools import cache
from itertools import pairwise
from typing import Any


def plain(text: str) -> str:
    """`text` as it is compared: one width of letters and digits (NFKC), capitals, no NUL, no blanks at the ends."""
    return unicodedata.normalize("NFKC", text).upper().replace("\0", " ").strip()


def spelled(text: str) -> str:
    """The pinyin of each character between single spaces, with one at both ends: " jin xing lu ".

    A character that is no Chinese stands for itself in small letters; whatever separates is "_". The nth token is the
    nth character of `text`, so a place in one is a place in the other (`index_of`).
    """
    return f" {' '.join(_tokens(text))} "


def index_of(spelling: str, offset: int) -> int:
    """Which character of the text begins at `offset` (that of a space) of its spelling."""
    return spelling.count(" ", 0, offset)


def initials(text: str) -> str:
    """The first letter of each token, as it is typed: 井盖缺失 is "jgqs"."""
    return "".join(token[0] for token in _tokens(text))


def pairs(spelling: str) -> list[str]:
    """Every two neighbours of a spelling, each once: what two texts have in common if they are anything alike."""
    tokens = spelling.split()
    return list(dict.fromkeys(f"{one} {other}" for one, other in pairwise(tokens) if "_" not in (one, other)))


def _tokens(text: str) -> list[str]:
    tokens = _speller()(text, errors=list)
    if len(tokens) != len(text):  # a reading that is no single character: each by itself
        tokens = [token for sign in text for token in _speller()(sign, errors=list)[:1]]
    return [token.lower() if token.isalnum() else "_" for token in tokens]


@cache
def _speller() -> Any:
    """pypinyin's dictionaries take a tenth of a second and some memory: only who spells pays for them."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin
