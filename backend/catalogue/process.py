"""The numbers of the process that the bureau decides: stage limits, escalation, how often something may be asked for.

They are imported rows with dates. A process rule that was never imported has the default below, each with its source.
"""

import datetime as dt
from dataclasses import dataclass, fields
from typing import cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.worktime import Limit, Unit

Stage = str

DEFAULT_LIMITS: dict[Stage, Limit] = {
    "intake": Limit(30, "work_minute"),
    "verify": Limit(30, "work_minute"),
    "dispatch": Limit(30, "work_minute"),
    "accept": Limit(60, "work_minute"),
    "check": Limit(60, "work_minute"),
}
"""domain.md §1.6, recommended defaults: 30 min / 30 min / 60 min."""


@dataclass(frozen=True)
class ProcessRules:
    """`extensions_max`: granted extensions per case (2, domain.md §1.7). `suspension_days_max`: calendar days (a year).
    `suspensions_max`: per case. `recurrence_days`: the same place and class again within so many days after closing
    is a recurrence; `recurrence_m`: how near the same place is, metres. `extension_percent`: what one extension adds,
    of the original limit. `pair_cap`: how often one inspector may check one squad in a month. `second_look_percent`: of
    the checks that passed, how many are seen again. `digest_minutes`: what can wait is told so often at most."""

    extensions_max: int = 2
    extension_percent: int = 100
    suspensions_max: int = 1
    suspension_days_max: int = 365
    recurrence_days: int = 15
    recurrence_m: int = 50
    pair_cap: int = 20
    second_look_percent: int = 5
    digest_minutes: int = 60


PROCESS_RULES: frozenset[str] = frozenset(field.name for field in fields(ProcessRules))


@dataclass(frozen=True)
class Step:
    """At `percent` of the limit, `tell` (the handler or a post) hears of it; level 0 is 催办, 1 to 3 are 督办."""

    percent: int
    level: int
    tell: str

    @property
    def name(self) -> str:
        return f"{self.percent}/{self.level}/{self.tell}"


DEFAULT_STEPS: dict[Stage, tuple[Step, ...]] = {
    "disposal": (
        Step(75, 0, "handler"),
        Step(100, 1, "squad_leader"),
        Step(100, 1, "dispatcher"),
        Step(150, 2, "shift_leader"),
        Step(200, 3, "leader"),
    ),
    "accept": (Step(100, 0, "squad_leader"),),
    "dispatch": (Step(100, 1, "dispatcher"), Step(200, 2, "shift_leader")),
    "intake": (Step(100, 0, "operator"), Step(200, 1, "shift_leader")),
    "check": (Step(100, 0, "operator"),),
    "verify": (Step(100, 0, "operator"),),
}
"""The handler alone hears before the limit is up (issue of the field: 催办 to whoever acts, 督办 to posts)."""


@dataclass(frozen=True)
class Process:
    """All of it as it holds on one local day."""

    rules: ProcessRules
    limits: tuple[tuple[Stage, str, Limit], ...] = ()
    escalation: tuple[tuple[Stage, Step], ...] = ()

    def limit(self, stage: Stage, class_code: str | None) -> Limit:
        """How long a stage other than disposal may take; disposal's limit is the filing condition's."""
        fitting = [
            (len(prefix), limit)
            for known, prefix, limit in self.limits
            if known == stage and (class_code or "").startswith(prefix)
        ]
        return max(fitting, key=lambda one: one[0])[1] if fitting else DEFAULT_LIMITS[stage]

    def steps(self, stage: Stage) -> tuple[Step, ...]:
        """The escalation of a stage, earliest first."""
        return tuple(step for known, step in self.escalation if known == stage) or DEFAULT_STEPS[stage]


_PROCESS = text(
    """
    select
      (select jsonb_object_agg(name, value) from (
         select distinct on (name) name, value from process_rule where valid_from <= :day
         order by name, valid_from desc) r) as rules,
      (select jsonb_agg(jsonb_build_array(stage, class_prefix, amount, unit)) from (
         select distinct on (stage, class_prefix) * from stage_limit where valid_from <= :day
         order by stage, class_prefix, valid_from desc) l) as limits,
      (select jsonb_agg(jsonb_build_array(stage, percent, level, tell) order by stage, percent, level, tell)
         from escalation_step s
         where valid_from = (select max(valid_from) from escalation_step t
                             where t.stage = s.stage and t.valid_from <= :day)) as escalation
    """
)


async def process(session: AsyncSession, day: dt.date) -> Process:
    """The numbers of the process in force on a local day; one statement."""
    row = (await session.execute(_PROCESS, {"day": day})).one()
    return Process(
        ProcessRules(**{name: value for name, value in (row.rules or {}).items() if name in PROCESS_RULES}),
        tuple((stage, prefix, Limit(amount, cast(Unit, unit))) for stage, prefix, amount, unit in row.limits or ()),
        tuple((stage, Step(percent, level, tell)) for stage, percent, level, tell in row.escalation or ()),
    )
