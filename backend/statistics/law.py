"""What no indicator may be about: money from fines, and how far, how long or how often somebody was online.

Definitions can be imported, so this is checked of each, our own included.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from backend.core.errors import DomainError


class ForbiddenFact(DomainError):
    """No figure may rest on this: see the article."""

    status, code = 422, "forbidden_fact"


class UnknownFact(DomainError):
    """The definition names something that is no fact of its population."""

    status, code = 422, "unknown_fact"


class BadDefinition(DomainError):
    """The definition's expression is more than facts, comparisons, and, or, not."""

    status, code = 422, "bad_definition"


@dataclass(frozen=True)
class Ban:
    """An article, and how a definition about it is known: parts of names, Chinese words."""

    article: str
    stems: re.Pattern[str]
    words: tuple[str, ...]


BANS = (
    Ban(
        "行政处罚法第七十四条：罚款、没收的违法所得不得同作出行政处罚决定的行政机关及其工作人员的考核、考评直接或者变相挂钩",
        re.compile(r"fines?|fined|penalt(y|ies)|punishments?|confiscat\w*|forfeit\w*|yuan|rmb|cny|tickets?"),
        ("罚款", "罚没", "罚金", "没收", "处罚"),
    ),
    Ban(
        "中央网信委2023-12-18《关于防治“指尖上的形式主义”的若干意见》：原则上不得设置打卡签到、积分排名、在线时长等强制使用功能",
        re.compile(
            r"mileage|distance|walk\w*|steps?_?count|kms?|kilomet\w*|online|log_?ins?|clock_?(ins?|outs?)"
            r"|(check|sign)_?ins?|punch|attendance|scores?|points?|rank\w*|tracks?|screen_?time"
        ),
        ("里程", "在线时", "打卡", "签到", "积分", "步数", "轨迹", "登录"),
    ),
)
"""[S:law] art. 74; [S:wx-form]. A district that wants such a figure finds no field for it here."""

_LITERAL = re.compile(r"'[a-z0-9_]*'")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REST = re.compile(r"[\s0-9.,()<>=+\-*/]*")
SQL_WORDS = frozenset({"and", "or", "not", "is", "null", "true", "false", "in", "between"})


def check_lawful(words: Iterable[str], expressions: Iterable[str], facts: frozenset[str]) -> None:
    """Check the names, titles and formulas (`words`) and the SQL `expressions` of a definition over `facts`.

    Raises ForbiddenFact naming the article, UnknownFact, BadDefinition.
    """
    expressions = list(expressions)
    for text in (*words, *expressions):
        _check_bans(text)
    for expression in expressions:
        bare = _LITERAL.sub(" ", expression)
        for name in _NAME.findall(bare):
            if name not in SQL_WORDS and name not in facts:
                raise UnknownFact(f"{name} is no fact of this population", fact=name)
        if not _REST.fullmatch(_NAME.sub(" ", bare)) or "--" in bare or "/*" in bare:
            raise BadDefinition(expression=expression)


def _check_bans(text: str) -> None:
    for ban in BANS:
        for name in _NAME.findall(text):
            # fine_total, total_fine, clock_in_days: any run of the name's parts
            if re.search(rf"(^|_)({ban.stems.pattern})(_|$)", name.lower()):
                raise _forbidden(name, ban)
        for word in ban.words:
            if word in text:
                raise _forbidden(word, ban)


def _forbidden(what: str, ban: Ban) -> ForbiddenFact:
    return ForbiddenFact(f"no figure may rest on {what}: {ban.article}", fact=what, article=ban.article)
