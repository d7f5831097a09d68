"""What hides in the rates: they saturate (长沙, May 2014: 99.94 % on time, S:ce2014), these shares do not.

All but the second look are shares of the filed cases whose due time lies in the period, those at rest and those
exempted among them, so that they show what the rates leave out. How many were closed without a visible change cannot be
counted yet: nothing compares the photos of before and after.
"""

from collections.abc import Callable

from backend.statistics.definition import Definition, Indicator, Parts, define
from backend.statistics.facts import DUE


def share(title: str, title_en: str, formula: str, formula_en: str) -> Callable[[Definition], Indicator]:
    """An indicator of this family; the marks of all of them are R (issue of the field: rates saturate)."""
    return define(DUE, title, title_en, f"{formula} ÷ 到期案件数", f"{formula_en} ÷ due", "R", family="hidden")


@share("延期", "Extended", "获准延期的案件数", "granted more time")
def extended() -> Parts:
    """[R; extensions S:xuchang-delay] Its due time was moved by a decision, so that "on time" is another time."""
    return Parts("extended", "true")


@share("挂账", "Suspended", "挂过账的案件数", "suspended at some time")
def suspended() -> Parts:
    """[R; S:fsou172337] Its clock stood until a date, or stands now."""
    return Parts("was_suspended", "true")


@share("缓办", "Deferred", "缓办过的案件数", "deferred at some time")
def deferred() -> Parts:
    """[R; S:jinhua] While it is deferred it is in no denominator."""
    return Parts("was_deferred", "true")


@share("申诉", "Appealed", "提出过申诉的案件数", "appealed")
def appealed() -> Parts:
    """[R; S:scg appeal] Closed late, and somebody asked to leave it out; whatever the answer was."""
    return Parts("appealed", "true")


@share("申诉成立", "Exempted", "申诉成立、不计入按期的案件数", "left out of the on-time figures")
def exempted() -> Parts:
    """[R; S:scg appeal] Closed late, and left out of the on-time figures by a granted appeal."""
    return Parts("exempt", "true")


@share("回退", "Returned", "回退过的案件数", "returned by a squad at least once")
def returned() -> Parts:
    """[R] Its clock stood, or started anew with another squad."""
    return Parts("was_returned", "true")


@share("最后5%时限内", "In the last 5 %", "用掉95%以上时限才按期结案的案件数", "closed on time, in the last 5 % of it")
def last_minute() -> Parts:
    """[R] On time by a hair: the disposal clock had used 95 % of what was allowed, extensions included."""
    return Parts("closed and on_time and near_limit", "true")


@share("强制结案", "Forced", "强制结案的案件数", "closed by force")
def forced() -> Parts:
    """[R; flag kept S:scg init] Closed by a leader, not by a check."""
    return Parts("closed and forced", "true")


@share("重新打开", "Reopened", "结案后又重新打开的案件数", "opened again after closing")
def reopened() -> Parts:
    """[R; §1.5] Closed once, and not for good."""
    return Parts("was_reopened", "true")


@share(
    "市民称未解决", "Called unsolved", "上报人称未解决的案件数", "of which the reporter says that they are not solved"
)
def not_solved() -> Parts:
    """[R] Whoever reported it said after the closing that it is not solved; also when the desk has read that since."""
    return Parts("called_unsolved", "true")


@define(
    DUE,
    "复查不符",
    "Second look disagrees",
    "复查认为未解决的案件数 ÷ 复查过的案件数",
    "disagreed ÷ seen again",
    "R",
    family="hidden",
)
def second_look() -> Parts:
    """[R; 复查 S:sz32] Of the cases whose passed check somebody else saw again unknowing, those found not done."""
    return Parts("disagreed", "seen_again")


HIDDEN = (
    extended,
    suspended,
    deferred,
    appealed,
    exempted,
    returned,
    last_minute,
    forced,
    reopened,
    not_solved,
    second_look,
)
