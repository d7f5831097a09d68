"""Cases at random, by a seed, with everything in them that a figure can be about: in rows, not by moves."""

import datetime as dt
import json
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.make import DUST, MANHOLE, RUBBISH
from tests.territory.district import cell_code, make_cell_set

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
FIRST = dt.datetime(2025, 9, 20, tzinfo=ZONE)
PEOPLE = [UUID(int=number) for number in range(1, 6)]
DEVICE = UUID(int=99)
SQUADS = ["T-A", "T-B", "Z", "F"]
HOUR = dt.timedelta(hours=1)

_CASE = """insert into cases (id, rev, description, number, state, source, class_code, cell_code, community_code,
  street_code, squad_code, flags, limit_amount, limit_unit, rework, extensions, suspensions, deferrals, returns, forced,
  reopened, appealed, exempt, on_time, submitted_at, filed_at, due_at, first_due_at, responded_at, responded_by,
  closed_at, updated_at)
  values (:id, 1, '', :number, :state, :source, :class_code, :cell, :community, :street, :squad, :flags, :amount, :unit,
  :rework, :extensions, :suspensions, :deferrals, :returns, :forced, :reopened, :appealed, :exempt, :on_time,
  :submitted_at, :filed_at, :due_at, :due_at, :responded_at, :responded_by, :closed_at, :submitted_at)"""
_HISTORY = """insert into case_history (case_id, at, action, to_state, actor_role, squad_code, note, reason, data)
  values (:case_id, :at, :action, 'dispatched', 'operator', :squad, '', '', cast(:data as jsonb))"""
_CLOCK = """insert into case_clock (case_id, stage, limit_amount, limit_unit, allowed_s, used_s, started_at,
  first_due_at, due_at, stopped_at, calendar_version)
  values (:case_id, :stage, 1, 'work_hour', :allowed, :used, :started_at, :due_at, :due_at, :stopped_at, 'made')"""
_REPORT = """insert into report (id, state, kind, rev, device_id, captured_by, payload, payload_sha256, description,
  photos_expected, received_at, public_ref)
  values (:id, 'complete', 'problem', 1, :device, :person, '', '', '', 0, :at, :ref)"""
_LINK = "insert into case_report (report_id, case_id) values (:id, :case_id)"


@dataclass
class Rows:
    """What is inserted, table by table."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)


async def make_cases(session: AsyncSession, seed: int, count: int) -> None:
    """`count` cases of fourteen months before NOW in the district of make_world, with their people and duty grids."""
    dice = random.Random(seed)
    await session.execute(
        text(
            "insert into person (id, username, name, is_demo, active, created_at)"
            " values (:id, :name, :name, false, true, :at)"
        ),
        [{"id": person, "name": f"person-{person.int}", "at": FIRST} for person in PEOPLE],
    )
    await make_cell_set(session, "DG-1", [cell_code(0, row) for row in range(4)])
    await make_cell_set(session, "DG-2", [cell_code(column, 0) for column in range(4)], until=dt.date(2026, 5, 31))
    rows = Rows()
    for serial in range(count):
        _case(dice, rows, serial)
    for statement, some in (
        (_CASE, rows.cases), (_HISTORY, rows.history), (_CLOCK, rows.clocks), (_REPORT, rows.reports),
        (_LINK, rows.reports),
    ):  # fmt: skip
        await session.execute(text(statement), some)
    filed = [row["id"] for row in rows.cases if row["number"]]
    again = [{"id": one, "earlier": dice.choice(filed)} for one in filed if dice.random() < 0.15]
    await session.execute(text("update cases set recurrence_of = :earlier where id = :id"), again)
    await session.commit()


def _moment(dice: random.Random, start: dt.datetime, end: dt.datetime) -> dt.datetime:
    """A minute between the two; one in twelve is the midnight with which a month begins, or the last second before."""
    if dice.random() < 1 / 12:
        month = dice.randint(1, 11)
        midnight = dt.datetime(2026, month, 1, tzinfo=ZONE)
        return midnight if dice.random() < 0.5 else midnight - dt.timedelta(seconds=1)
    return start + dt.timedelta(minutes=dice.randrange(int((end - start).total_seconds() // 60)))


def _case(dice: random.Random, rows: Rows, serial: int) -> None:
    case_id = UUID(int=dice.getrandbits(128))
    submitted = _moment(dice, FIRST, NOW)
    column, row = dice.randrange(4), dice.randrange(4)
    cell = cell_code(column, row) if dice.random() < 0.9 else None
    case: dict[str, Any] = {
        "id": case_id, "number": None, "state": "submitted", "source": dice.choice(["inspector", "citizen", "staff"]),
        "class_code": dice.choice([RUBBISH, MANHOLE, DUST, None]), "cell": cell,
        "community": cell[:12] if cell else None, "street": cell[:9] if cell else None,
        "squad": dice.choice([*SQUADS, None]), "flags": [], "amount": None, "unit": None, "rework": 0, "extensions": 0,
        "suspensions": 0, "deferrals": 0, "returns": 0, "forced": False, "reopened": 0, "appealed": None,
        "exempt": False, "on_time": None, "submitted_at": submitted, "filed_at": None, "due_at": None,
        "responded_at": None, "responded_by": None, "closed_at": None,
    }  # fmt: skip
    rows.cases.append(case)
    _reports(dice, rows, case)
    fate = dice.random()
    if fate < 0.08:
        case |= {"flags": ["self_handled"], "state": "closed", "closed_at": submitted + HOUR, "squad": None}
    elif fate < 0.2:
        case["state"] = dice.choice(["submitted", "verifying", "refused", "withdrawn"])
    else:
        _filed(dice, rows, case, serial)
    if dice.random() < 0.3:
        _clock(dice, rows, case, "verify", submitted)


def _filed(dice: random.Random, rows: Rows, case: dict[str, Any], serial: int) -> None:
    filed = case["submitted_at"] + dt.timedelta(minutes=dice.randrange(90))
    due = filed + HOUR * dice.choice([2, 4, 8, 24, 48, 120])
    if dice.random() < 1 / 15:
        due = max(filed, _moment(dice, filed, filed + 240 * HOUR))
    case |= {
        "number": f"made-{serial:06d}", "filed_at": filed, "due_at": due, "amount": 1,
        "unit": dice.choice(["work_hour", "work_day", "emergency_hour", "emergency_day"]),
        "squad": dice.choice(SQUADS), "rework": dice.choice([0, 0, 0, 1, 2]), "extensions": dice.choice([0, 0, 0, 1]),
        "suspensions": dice.choice([0, 0, 0, 1]), "deferrals": dice.choice([0, 0, 0, 0, 1]),
        "reopened": dice.choice([0, 0, 0, 0, 1]),
    }  # fmt: skip
    case["state"] = dice.choice(
        ["closed"] * 8 + ["dispatched", "accepted", "in_progress", "responded", "suspended", "deferred", "dispatching"]
    )
    _steps(dice, rows, case)
    if case["state"] in ("closed", "responded") and dice.random() < 0.95:
        answered = filed + (due - filed) * dice.choice([0.1, 0.5, 0.97, 1.0, 1.3, 2.0])
        case |= {"responded_at": answered, "responded_by": dice.choice([*PEOPLE, None])}
        _clock(dice, rows, case, "check", answered)
    if case["state"] == "closed":
        _closed(dice, rows, case)
    for _ in range(dice.choice([0, 1, 1, 2])):
        _clock(dice, rows, case, "disposal", filed)


def _closed(dice: random.Random, rows: Rows, case: dict[str, Any]) -> None:
    answered = case["responded_at"]
    case["forced"] = answered is None or dice.random() < 0.05
    case["closed_at"] = (answered or case["due_at"]) + HOUR * dice.randrange(1, 40)
    case["on_time"] = (answered or case["closed_at"]) <= case["due_at"]
    if not case["on_time"]:
        case["appealed"] = dice.choice([None, None, "asked", "granted", "denied"])
        case["exempt"] = case["appealed"] == "granted"
    if dice.random() < 0.1:
        _history(rows, case, case["closed_at"] + HOUR, "not_solved")
    if dice.random() < 0.2:
        verdict = dice.choice(["agrees", "agrees", "disagrees"])
        _history(rows, case, case["closed_at"] + 2 * HOUR, "second_look", verdict=verdict)


def _steps(dice: random.Random, rows: Rows, case: dict[str, Any]) -> None:
    """Dispatched, returned and dispatched again, sometimes to another squad, sometimes a month later."""
    at, squad = case["filed_at"], dice.choice(SQUADS)
    _history(rows, case, at, "dispatch", squad)
    for _ in range(dice.choice([0, 0, 0, 1, 2])):
        at += HOUR * dice.choice([1, 5, 400])
        _history(rows, case, at, "return", squad, kind=dice.choice(["wrong_squad", "no_need", "needs_others"]))
        case["returns"] += 1
        if dice.random() < 0.8:
            at, squad = at + HOUR, dice.choice(SQUADS)
            _history(rows, case, at, "dispatch", squad)
        else:
            break
    case["squad"] = squad


def _history(rows: Rows, case: dict[str, Any], at: dt.datetime, action: str, squad: str = "", **data: str) -> None:
    rows.history.append(
        {"case_id": case["id"], "at": at, "action": action, "squad": squad or case["squad"], "data": json.dumps(data)}
    )


def _clock(dice: random.Random, rows: Rows, case: dict[str, Any], stage: str, start: dt.datetime) -> None:
    due = start + HOUR
    stopped = dice.choice([None, start + 0.5 * HOUR, due, due + HOUR])
    used = dice.choice([100.0, 3419.0, 3420.0, 3600.0, 5000.0])
    rows.clocks.append(
        {
            "case_id": case["id"], "stage": stage, "allowed": 3600.0, "used": used, "started_at": start,
            "due_at": due, "stopped_at": stopped,
        }
    )  # fmt: skip


def _reports(dice: random.Random, rows: Rows, case: dict[str, Any]) -> None:
    """One or two reports; the second may be of somebody else."""
    for number in range(dice.choice([1, 1, 1, 2])):
        person = dice.choice(PEOPLE) if case["source"] != "citizen" else None
        report_id = UUID(int=dice.getrandbits(128))
        rows.reports.append(
            {
                "id": report_id, "case_id": case["id"], "person": person, "device": None if person else DEVICE,
                "at": case["submitted_at"] + number * HOUR, "ref": report_id.hex,
            }
        )  # fmt: skip
