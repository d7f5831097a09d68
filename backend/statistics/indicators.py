"""The indicators of domain.md §1.9: what each counts, in words, as predicates, with its source.

"Due in the period" (应结案): the closing of a filed case is due when the due time that holds now lies in the period and
has come. A case that was closed early counts when it was due, not when it was closed, and one that is still open
counts at the same place, so that each case counts exactly once, in one period, whatever became of it (ADR 84). While a
case is suspended or deferred nothing of it is due: its clock stands, and its due time moves when it goes on.
"""

from backend.statistics.definition import Parts, define
from backend.statistics.facts import ANSWERED, DUE, REPORTED, STEPS, TASKS


@define(DUE, "结案率", "Closed", "已结案数 ÷ 应结案数（挂账、缓办中的不算）", "closed ÷ due, less those at rest", "S")
def closure() -> Parts:
    """[S:tianmen, worked example; S:jinhua, the deferred are out of the denominator; "due" K]

    Of the cases that were due in the period, those that are closed, late or not, forced or not. The suspended (挂账)
    are left out like the deferred (缓办): neither can be due while its clock stands. What that hides stands beside it.
    """
    return Parts("closed and not resting", "not resting")


@define(
    DUE,
    "按期结案率",
    "Closed on time",
    "按期结案数 ÷ 应结案数（申诉成立的、挂账、缓办中的不算）",
    "closed on time ÷ due, less the exempt and those at rest",
    "S",
)
def on_time() -> Parts:
    """[S:tianmen, worked example; S:jinhua; appeals S:scg appeal]

    On time is a case whose answer, the one that passed its check, came by the due time; how long the check took is
    not the squad's. A case that is overdue and open counts against it, and so does one whose answer nobody has checked
    yet. Cases exempted by a granted appeal are in neither part; the deferred and suspended neither.
    """
    return Parts("closed and on_time and not exempt and not resting", "not exempt and not resting")


@define(
    DUE, "紧急问题结案率", "Urgent, closed", "已结案的紧急案件数 ÷ 应结案的紧急案件数", "as closure, urgent cases", "S"
)
def urgent_closure() -> Parts:
    """[S:jinhua; target there 100 %]

    Urgent is a case whose limit runs through nights and holidays (紧急工作时, 紧急工作日). Otherwise as closure.
    """
    return Parts("urgent and closed and not resting", "urgent and not resting")


@define(
    DUE,
    "紧急问题按期结案率",
    "Urgent, closed on time",
    "按期结案的紧急案件数 ÷ 应结案的紧急案件数",
    "as on_time, urgent cases",
    "S",
)
def urgent_on_time() -> Parts:
    """[S:jinhua; target there 95 %] As on_time, of the cases whose limit runs through nights and holidays."""
    return Parts(
        "urgent and closed and on_time and not exempt and not resting", "urgent and not exempt and not resting"
    )


@define(REPORTED, "立案率", "Filed", "立案数 ÷ 上报数（自处置另计）", "filed ÷ reported, self-handled apart", "K")
def filing() -> Parts:
    """[K; the columns exist in S:scg init]

    Of the cases reported in the period, those that were filed by now. Counted are cases, not reports: two reports of
    one problem are one. Refused and withdrawn ones stay in the denominator; trifles handled on the spot are in
    neither part, because they need no filing.
    """
    return Parts("filed and not self_handled", "not self_handled")


@define(
    REPORTED,
    "有效上报率",
    "Valid reports",
    "有效上报数（立案的和已办结的自处置）÷ 上报数",
    "filed or handled on the spot ÷ reported",
    "K",
)
def valid_reports() -> Parts:
    """[K; the columns exist in S:scg init]

    Of everything reported in the period, what was filed, or handled on the spot with its photos taken as proof.
    """
    return Parts("filed or (self_handled and closed)", "true")


@define(
    REPORTED, "自处置数", "Handled on the spot", "现场自行处置并办结的数量", "handled on the spot", "S", family="count"
)
def self_handled() -> Parts:
    """[S:egova patrolDealFlag; S:scg init; counted apart R]

    Trifles that their finder put right on the spot, in no squad's figures and in no rate of closing.
    """
    return Parts("self_handled and closed", None)


@define(
    DUE, "处置率", "Handled", "已处置数 ÷ 应处置数（挂账、缓办中的不算）", "answered ÷ due, less those at rest", "K"
)
def disposal() -> Parts:
    """[K; conditions S:scg metric]

    Of the cases that were due in the period, those that their squad has answered. One that failed its check is not
    answered until it is answered again; one closed by force without an answer is not answered.
    """
    return Parts("answered and not resting", "not resting")


@define(
    DUE,
    "按期处置率",
    "Handled on time",
    "按期处置数 ÷ 应处置数（申诉成立的、挂账、缓办中的不算）",
    "answered by the due time ÷ due, less the exempt and those at rest",
    "K",
)
def disposal_on_time() -> Parts:
    """[K] As on_time, but it does not wait for the check: it counts the answer that stands now."""
    return Parts("answered_in_time and not exempt and not resting", "not exempt and not resting")


@define(ANSWERED, "返工率", "Reworked", "返工案件数 ÷ 处置数", "cases that failed a check ÷ cases answered", "K")
def rework() -> Parts:
    """[K, by case; the number of times is another figure]

    Of the cases answered in the period, those that have failed a check at least once. A case that failed and has not
    been answered again comes in with its next answer.
    """
    return Parts("reworked", "true")


@define(REPORTED, "重复案件率", "Recurring", "重复案件数 ÷ 立案数", "recurrences ÷ filed", "S")
def recurrence() -> Parts:
    """[S:scg init columns; 长沙 ranks 重复立案, S:ce2014]

    Of the cases reported in the period and filed, those that are the same class at the same place again within the
    days and metres of the process rules after the earlier one was closed. The earlier case loses nothing by it.
    """
    return Parts("recurring and filed", "filed")


@define(STEPS, "回退率", "Returned", "回退次数 ÷ 派遣次数", "returns ÷ dispatches", "K")
def returns() -> Parts:
    """[K]

    Times, not cases: the returns in the period by the dispatches in the period, each with the squad that it happened
    to. A dispatch of the month before can be returned in this one, so that this is no share of a whole.
    """
    return Parts("step = 'return'", "step = 'dispatch'")


@define(
    STEPS,
    "准确派遣率",
    "Dispatched rightly",
    "未因派错而回退的派遣次数 ÷ 派遣次数",
    "not returned as not theirs ÷ dispatches",
    "K",
)
def accurate_dispatch() -> Parts:
    """[K; term S:egova accurDispatch]

    Of the dispatches in the period, those that did not come back as not theirs (reason 派错) before the next dispatch.
    Returns because it needs no handling or needs others as well do not make the dispatch wrong.
    """
    return Parts("step = 'dispatch' and not sent_wrong", "step = 'dispatch'")


@define(
    TASKS,
    "按时核实率",
    "Verified in time",
    "按时完成的核实数 ÷ 到期的核实数",
    "verified in time ÷ verifications due",
    "K",
)
def verify_on_time() -> Parts:
    """[K; columns S:scg init]

    Each verification before filing (核实) counts in the period in which it was due; one not done counts against it.
    """
    return Parts("stage = 'verify' and done_in_time", "stage = 'verify'")


@define(TASKS, "按时核查率", "Checked in time", "按时完成的核查数 ÷ 到期的核查数", "done in time ÷ due", "K")
def check_on_time() -> Parts:
    """[K; columns S:scg init]

    Each check after disposal (核查) counts in the period in which it was due, a second one of the same case too.
    """
    return Parts("stage = 'check' and done_in_time", "stage = 'check'")


@define(
    ANSWERED,
    "平均处置时长",
    "Time to handle",
    "从派遣到（最后）处置反馈的小时数之和 ÷ 处置数",
    "hours from dispatch to the last answer ÷ cases answered",
    "S",
    family="mean",
)
def disposal_time() -> Parts:
    """[S:egova avgHandleTime; from and to R]

    Hours on the wall from filing, when it was first dispatched, to the answer that stands: nights, pauses and rework
    are in it, as whoever waits for it counts.
    """
    return Parts("true", "true", "disposal_s")


INDICATORS = (
    closure,
    on_time,
    urgent_closure,
    urgent_on_time,
    filing,
    valid_reports,
    self_handled,
    disposal,
    disposal_on_time,
    rework,
    recurrence,
    returns,
    accurate_dispatch,
    verify_on_time,
    check_on_time,
    disposal_time,
)
