"""The relation that every figure is counted from: one row per thing counted, with the facts of its case.

This is the one place where a fact is turned into SQL. A definition (indicators.py, hidden.py) names facts only, so what
it may not be about (law.py) cannot be reached from it. Facts that cost a look into another table are scalar
subqueries: PostgreSQL computes them only where a definition or a dimension asks for them, and leaves out a left join of
which nothing is asked.
"""

import re
from dataclasses import dataclass

# Of the case `c`. Times are timestamptz, *_s are seconds.
CASE: dict[str, str] = {
    "case_id": "c.id",
    "number": "c.number",
    "state": "c.state",
    "source": "c.source",
    "class_code": "c.class_code",
    "kind": "left(c.class_code, 1)",  # E event, C component
    "street": "c.street_code",
    "community": "c.community_code",
    "cell": "c.cell_code",
    "squad": "c.squad_code",  # who has it now, or had it when it was closed
    "submitted_at": "c.submitted_at",
    "filed_at": "c.filed_at",
    "due_at": "c.due_at",
    "responded_at": "c.responded_at",
    "closed_at": "c.closed_at",
    "filed": "(c.filed_at is not null)",
    "self_handled": "('self_handled' = any(c.flags))",
    "closed": "(c.state = 'closed')",
    "resting": "(c.state in ('suspended', 'deferred'))",  # its clock stands, by decision, at this moment
    "urgent": "(c.limit_unit like 'emergency%')",
    "answered": "(c.responded_at is not null)",
    "answered_in_time": "(c.responded_at <= c.due_at)",
    "on_time": "c.on_time",  # the answer that was passed came by the due time; null while open
    "exempt": "c.exempt",
    "forced": "c.forced",
    "extended": "(c.extensions > 0)",
    "was_suspended": "(c.suspensions > 0)",
    "was_deferred": "(c.deferrals > 0)",
    "was_returned": "(c.returns > 0)",
    "was_reopened": "(c.reopened > 0)",
    "reworked": "(c.rework > 0)",
    "recurring": "(c.recurrence_of is not null)",  # the same class at the same place soon after it was closed
    "appealed": "(c.appealed is not null)",
    "disposal_s": "extract(epoch from c.responded_at - c.filed_at)",
    # Whether its squad used 95 % of its time or more, by the last run of the disposal clock, which leaves out pauses
    # and nights. The first half is what an index knows, so that few rows need the second.
    "near_limit": "(exists (select from case_clock k where k.case_id = c.id and k.stage = 'disposal'"
    " and k.used_s * 100 >= k.allowed_s * 95) and (select k.used_s * 100 >= k.allowed_s * 95 from case_clock k"
    " where k.case_id = c.id and k.stage = 'disposal' order by k.id desc limit 1))",
    # Ever, not only the flag: the flag goes when the desk has read it.
    "called_unsolved": "exists (select from case_history n where n.case_id = c.id and n.action = 'not_solved')",
    "seen_again": "exists (select from case_history n where n.case_id = c.id and n.action = 'second_look')",
    "disagreed": "(exists (select from case_history n where n.case_id = c.id and n.action = 'second_look')"
    " and exists (select from case_history n where n.case_id = c.id and n.action = 'second_look'"
    " and n.data ->> 'verdict' = 'disagrees'))",
    # The colleague whose report came first; null for citizens, who are no dimension of anything.
    "reporter": "(select r.captured_by from case_report l join report r on r.id = l.report_id"
    " where l.case_id = c.id order by r.received_at, r.id limit 1)",
    "responder": "c.responded_by",
}

# Of a run `k` of the clock of a verification or a check.
TASK: dict[str, str] = {
    "stage": "k.stage",
    "done_in_time": "(k.stopped_at <= k.due_at)",
}

# Of a row `h` of history that dispatched a case or returned it. Its squad is the squad of that moment.
STEP: dict[str, str] = {
    "squad": "h.squad_code",
    "step": "h.action",
    # Returned as not theirs before it was dispatched again.
    "sent_wrong": "(exists (select from case_history b where b.case_id = h.case_id and b.action = 'return')"
    " and exists (select from case_history b where b.case_id = h.case_id and b.id > h.id"
    " and b.action = 'return' and b.data ->> 'kind' = 'wrong_squad' and not exists (select from case_history d"
    " where d.case_id = h.case_id and d.action = 'dispatch' and d.id > h.id and d.id < b.id)))",
}


@dataclass(frozen=True)
class Population:
    """What is counted in a period: the rows of `rows` whose `at` lies in it. `row_id` tells two rows apart."""

    name: str
    at: str
    row_id: str
    facts: dict[str, str]
    rows: str

    @property
    def sql(self) -> str:
        """The relation as a subquery's text: row_id, at, and every fact as a column."""
        return f"select {self.row_id}::text as row_id, {self.at} as at, {self._columns(self.facts)} from {self.rows}"

    def narrow(self, wanted: str, start: str, end: str) -> str:
        """The relation with only the facts that the SQL `wanted` names, of the rows from `start` up to `end`.

        `offset 0` has each fact computed once for a row, where it is read, and not in each count that asks for it:
        there PostgreSQL also knows how many rows there are, and reads the few that were returned or seen again once.
        """
        named = {name: sql for name, sql in self.facts.items() if re.search(rf"\b{name}\b", wanted)}
        joiner = "and" if " where " in self.rows else "where"
        return (
            f"select {self._columns(named) or '1'} from {self.rows}"
            f" {joiner} {self.at} >= {start} and {self.at} < {end} offset 0"
        )

    @staticmethod
    def _columns(facts: dict[str, str]) -> str:
        return ", ".join(f"{sql} as {name}" for name, sql in facts.items())


DUE = Population("due", "c.due_at", "c.id", CASE, "cases c where c.filed_at is not null")
"""Filed cases, in the period in which their closing is due (应结案), by the due time that holds now."""

REPORTED = Population("reported", "c.submitted_at", "c.id", CASE, "cases c")
"""Cases, in the period in which they were reported (上报), whatever became of them."""

ANSWERED = Population("answered", "c.responded_at", "c.id", CASE, "cases c where c.filed_at is not null")
"""Filed cases, in the period of their (last) answer (处置)."""

TASKS = Population(
    "tasks",
    "k.due_at",
    "k.id",
    {**CASE, **TASK},
    "case_clock k left join cases c on c.id = k.case_id where k.stage in ('verify', 'check')",
)
"""Verifications and checks (核实, 核查), in the period in which they were due."""

STEPS = Population(
    "steps",
    "h.at",
    "h.id",
    {**CASE, **STEP},
    "case_history h left join cases c on c.id = h.case_id where h.action in ('dispatch', 'return')",
)
"""Dispatches and returns (派遣, 回退), in the period in which they happened."""
