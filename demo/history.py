"""A plan of past cases for the demo: plain data, made from the district's files, a seed and a moment.

Nothing here touches a database. The loader sends each case through the same functions as a real one: the report at
`received_at`, complete at `completed_at` (an inspector's files itself then), and each move at its own time. Which
squad handles a case is routing's to say, so a squad's moves name a role and a number within the squad.

How often each class occurs follows a real month of another city (demo/README.md); when people report and how much is
late follow a real city's service requests. Everything else is made up (示例).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypedDict

from demo.history_files import DISTRICT, Condition, District, Spot, read_district
from demo.history_time import Hours


class Picture(TypedDict):
    """What demo.draw.scenes.draw needs for one photo. Few seeds, so that a picture drawn once serves often."""

    class_code: str
    icon: str
    seed: int
    after: bool


class PastMove(TypedDict):
    """One move. Who: `username`, or `nth` of the routed squad's people in `role`, or the reporter's own `device`."""

    at: datetime
    action: str
    role: str
    username: str | None
    nth: int | None
    device: int | None
    reason: str
    note: str
    data: dict[str, Any]
    photos: list[Picture]


class PastCase(TypedDict):
    """One report and what became of it. lon, lat: WGS-84, inside `cell`. `state` is where the moves lead."""

    source: str
    username: str | None
    device: int | None
    category: str | None
    condition: str | None
    lon: float
    lat: float
    accuracy_m: float
    cell: str
    description: str
    received_at: datetime
    completed_at: datetime
    photos: list[Picture]
    moves: list[PastMove]
    state: str
    rework: int


SHARES = {
    "submitted": 0.05,
    "dispatched": 0.09,
    "accepted": 0.05,
    "responded": 0.05,
    "in_progress": 0.03,
    "verifying": 0.015,
    "dispatching": 0.015,
    "suspended": 0.015,
    "deferred": 0.015,
    "refused": 0.04,
    "withdrawn": 0.015,
}
"""Of all cases; the rest is closed. A city's month shows 97 % closed, an empty screen shows nothing."""

LATE = 0.18
REWORKED = 0.07
CITIZENS = 0.35
DEVICES = 24
SEEDS = 4
DAYS = 75


def plan(cells: Path, now: datetime, count: int = 300, seed: int = 2026, district: Path = DISTRICT) -> list[PastCase]:
    """`count` past cases, oldest first; the same arguments give the same plan.

    cells: unit_grids.csv as demo.build_cells writes it. now: aware; nothing in the plan lies after it.
    """
    facts = read_district(district, cells)
    writer = _Writer(facts, Hours(facts.calendar), Random(seed), now)
    states = [state for state, share in SHARES.items() for _ in range(round(share * count))]
    states += ["closed"] * (count - len(states))
    cases = [writer.case(state, nth) for nth, state in enumerate(states)]
    return sorted(cases, key=lambda case: case["received_at"])


@dataclass
class _Writer:
    facts: District
    hours: Hours
    random: Random
    now: datetime

    def case(self, state: str, nth: int) -> PastCase:
        """One case that has come as far as `state`. `nth` spreads what a newcomer looks at first."""
        is_open = state not in ("refused", "withdrawn", "closed")
        at_home = is_open and nth % 3 == 0
        code = self._direct_class(nth) if state == "dispatched" and nth % 3 == 1 else self._class()
        condition = self._condition(code)
        spot = self.facts.spot(self.random, self.facts.home_street if at_home else None)
        from_citizen = state in ("submitted", "refused", "withdrawn", "verifying") or self.random.random() < CITIZENS
        past = self._report(code, condition, spot, from_citizen)
        past["state"] = state
        _WRITE[state](self, past, condition)
        if state == "submitted" and nth % 4 == 1:
            # The operator decides: one who does not know the kind, one who does not know what it is at all.
            past["category"], past["condition"] = (code, "00") if nth % 8 == 1 else (None, None)
        return past

    def _report(self, code: str, condition: Condition, spot: Spot, from_citizen: bool) -> PastCase:
        asks = len(self.facts.classes[code]) > 1 and self.random.random() < 0.8
        return PastCase(
            source="citizen" if from_citizen else "inspector",
            username=None if from_citizen else spot.inspector,
            device=self.random.randrange(DEVICES) if from_citizen else None,
            category=code,
            condition=condition.code if asks or not condition.is_default else None,
            lon=spot.lon,
            lat=spot.lat,
            accuracy_m=round(self.random.uniform(4, 25), 1),
            cell=spot.cell,
            description=self._phrase("description")[0] if from_citizen and self.random.random() < 0.3 else "",
            received_at=self.now,
            completed_at=self.now,
            photos=[Picture(class_code=code, icon=condition.icon, seed=self.random.randrange(SEEDS), after=False)],
            moves=[],
            state="submitted",
            rework=0,
        )

    def _submitted(self, past: PastCase, condition: Condition) -> None:
        self._receive(past, self._before(self.hours.daytime(self.random, self.now, 1)))

    def _refused(self, past: PastCase, condition: Condition) -> None:
        decided = self._before(self.hours.daytime(self.random, self.now, DAYS))
        self._receive(past, decided - timedelta(minutes=self.random.randrange(10, 240)))
        reason, responsible = self._phrase("refuse")
        self._move(past, decided, "refuse", "operator", reason=reason, data={"responsible": responsible or None})

    def _withdrawn(self, past: PastCase, condition: Condition) -> None:
        self._receive(past, self.hours.daytime(self.random, self.now, DAYS) - timedelta(hours=2))
        at = past["completed_at"] + timedelta(minutes=self.random.randrange(3, 60))
        self._move(past, at, "withdraw", "reporter")

    def _dispatched(self, past: PastCase, condition: Condition) -> None:
        self._filed(past, condition, self._ago(condition, self._run()))

    def _accepted(self, past: PastCase, condition: Condition) -> None:
        run = self._run()
        filed = self._filed(past, condition, self._ago(condition, run))
        accepted = self._between(filed, self.now, 0.02, 0.5)
        self._move(past, accepted, "accept", self._squad_role())
        if run < 1 and self.random.random() < 0.3:
            at = self._between(accepted, self.now, 0.2, 0.9)
            self._move(past, at, "request_extension", "squad_leader", reason=self._phrase("extension")[0])

    def _in_progress(self, past: PastCase, condition: Condition) -> None:
        filed = self._filed(past, condition, self._ago(condition, self._run()))
        self._at_work(past, filed)

    def _at_work(self, past: PastCase, filed: datetime) -> datetime:
        accepted = self._between(filed, self.now, 0.02, 0.3)
        self._move(past, accepted, "accept", "squad_member", nth=0)
        started = self._between(accepted, self.now, 0.1, 0.3)
        self._move(past, started, "start", "squad_member", nth=0)
        return started

    def _verifying(self, past: PastCase, condition: Condition) -> None:
        self._receive(past, self._before(self.hours.daytime(self.random, self.now, 1)))
        self._move(past, self._between(past["completed_at"], self.now, 0.1, 0.6), "verify", "operator")

    def _dispatching(self, past: PastCase, condition: Condition) -> None:
        filed = self._filed(past, condition, self._ago(condition, self._run(most=1.1)))
        at = self._between(filed, self.now, 0.2, 0.9)
        reason = self._phrase("return")[0]
        self._move(past, at, "return", "squad_leader", reason=reason, data={"kind": "wrong_squad"})

    def _suspended(self, past: PastCase, condition: Condition) -> None:
        self._rests(past, condition, "suspension")

    def _deferred(self, past: PastCase, condition: Condition) -> None:
        self._rests(past, condition, "deferral")

    def _rests(self, past: PastCase, condition: Condition, what: str) -> None:
        started = self._at_work(past, self._filed(past, condition, self._ago(condition, self._run(most=1.1))))
        asked = self._between(started, self.now, 0.1, 0.5)
        until = (self.now + timedelta(days=self.random.randrange(5, 40))).date().isoformat()
        reason = self._phrase("rest")[0]
        self._move(past, asked, f"request_{what}", "squad_leader", reason=reason, data={"until": until})
        self._move(past, self._between(asked, self.now, 0.2, 0.9), f"grant_{what}", "dispatcher")

    def _responded(self, past: PastCase, condition: Condition) -> None:
        filed = self._filed(past, condition, self._ago(condition, self.random.uniform(0.4, 1.3)))
        answered = self._answered(past, filed, self._between(filed, self.now, 0.4, 0.95), solved=True)
        if self.random.random() < 0.15:
            at = self._between(answered, self.now, 0.2, 0.9)
            self._move(past, at, "check_cannot_find", "inspector", reason=self._phrase("not_found")[0])

    def _closed(self, past: PastCase, condition: Condition) -> None:
        for days in range(2, 200, 3):
            past["moves"], past["rework"] = [], 0
            start = self.hours.daytime(self.random, self.now - timedelta(days=days), DAYS)
            filed = self._filed(past, condition, start)
            moment = self.hours.after(filed, condition.limit, self._run(least=0.1, most=2.2))
            solved = self.random.random() > REWORKED
            answered = self._answered(past, filed, moment, solved=solved)
            checked = self.hours.check(self.random, answered)
            if not solved:
                past["rework"] = 1
                self._move(past, checked, "check_fail", "inspector", reason=self._phrase("failed")[0])
                again = checked + timedelta(minutes=self.random.randrange(40, 300))
                answered = self._answered(past, checked, again, solved=True)
                checked = self.hours.check(self.random, answered)
            if checked < self.now - timedelta(hours=1):
                break
        self._move(past, checked, "check_pass", "inspector")
        if past["device"] is not None and self.random.random() < 0.45:
            heard = self._between(checked, min(self.now, checked + timedelta(days=2)), 0.1, 0.9)
            happy = self.random.random() < 0.9
            action, note = ("solved", "") if happy else ("not_solved", self._phrase("still")[0])
            self._move(past, heard, action, "reporter", note=note)

    def _receive(self, past: PastCase, at: datetime) -> None:
        past["received_at"] = at.replace(microsecond=0)
        past["completed_at"] = past["received_at"] + timedelta(seconds=self.random.randrange(2, 40))

    def _filed(self, past: PastCase, condition: Condition, at: datetime) -> datetime:
        """File at `at`: an inspector's report does so itself when complete, a citizen's has waited for the operator."""
        if past["source"] == "inspector":
            self._receive(past, at - timedelta(seconds=self.random.randrange(2, 40)))
            past["completed_at"] = at.replace(microsecond=0)
        else:
            self._receive(past, at - timedelta(minutes=self.random.randrange(3, 110)))
            data = {"category": past["category"], "condition": condition.code}
            self._move(past, at, "file", "operator", data=data)
        return at

    def _answered(self, past: PastCase, since: datetime, at: datetime, *, solved: bool) -> datetime:
        """Accept after `since`, respond at `at`."""
        nth = self.random.randrange(2)
        self._move(past, self._between(since, at, 0.02, 0.4), "accept", "squad_member", nth=nth)
        # The same seed is the same street; a poor answer shows another one.
        before = past["photos"][0]
        seed = before["seed"] if solved else (before["seed"] + 1) % SEEDS
        picture = Picture(class_code=before["class_code"], icon=before["icon"], seed=seed, after=True)
        note = self._phrase("answer")[0] if self.random.random() < 0.6 else ""
        self._move(past, at, "respond", "squad_member", nth=nth, note=note, photos=[picture])
        return at

    def _move(
        self,
        past: PastCase,
        at: datetime,
        action: str,
        role: str,
        *,
        nth: int | None = None,
        reason: str = "",
        note: str = "",
        data: dict[str, Any] | None = None,
        photos: list[Picture] | None = None,
    ) -> None:
        username = None
        if role == "operator":
            username = self.random.choice(self.facts.operators)
        elif role == "dispatcher":
            username = self.random.choice(self.facts.dispatchers)
        elif role == "inspector":
            username = self.facts.inspector_of(past["cell"])
        elif role in ("squad_member", "squad_leader"):
            nth = nth or 0
        past["moves"].append(
            PastMove(
                at=at.replace(microsecond=0),
                action=action,
                role=role,
                username=username,
                nth=nth,
                device=past["device"] if role == "reporter" else None,
                reason=reason,
                note=note,
                data=data or {},
                photos=photos or [],
            )
        )

    def _class(self) -> str:
        return self.random.choices(list(self.facts.mix), list(self.facts.mix.values()))[0]

    def _direct_class(self, nth: int) -> str:
        """Each direct squad's classes in turn, so that none of them starts with an empty queue."""
        return self.facts.direct_classes[nth // 3 % len(self.facts.direct_classes)]

    def _condition(self, code: str) -> Condition:
        conditions = self.facts.classes[code]
        weights = [3.0 if condition.is_default else 1.0 for condition in conditions]
        return self.random.choices(conditions, weights)[0]

    def _phrase(self, kind: str) -> tuple[str, str]:
        return self.random.choice(self.facts.phrases[kind])

    def _squad_role(self) -> str:
        return "squad_member" if self.random.random() < 0.8 else "squad_leader"

    def _run(self, least: float = 0.05, most: float = 1.5) -> float:
        """How much of its limit a case has used; over one is overdue."""
        late = self.random.random() < LATE
        return self.random.uniform(1.05, most) if late else self.random.uniform(least, 0.95)

    def _ago(self, condition: Condition, run: float) -> datetime:
        return self.hours.before(self.now, condition.limit, run)

    def _between(self, start: datetime, end: datetime, least: float, most: float) -> datetime:
        return start + (end - start) * self.random.uniform(least, most)

    def _before(self, at: datetime) -> datetime:
        return min(at, self.now - timedelta(minutes=5))


_WRITE: dict[str, Callable[[_Writer, PastCase, Condition], None]] = {
    "submitted": _Writer._submitted,
    "refused": _Writer._refused,
    "withdrawn": _Writer._withdrawn,
    "dispatched": _Writer._dispatched,
    "accepted": _Writer._accepted,
    "responded": _Writer._responded,
    "in_progress": _Writer._in_progress,
    "verifying": _Writer._verifying,
    "dispatching": _Writer._dispatching,
    "suspended": _Writer._suspended,
    "deferred": _Writer._deferred,
    "closed": _Writer._closed,
}
