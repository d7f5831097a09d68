"""Cases as screens get them. Nothing here tells who a citizen is.

What only goes out is a msgspec Struct: our own values, written as JSON without being validated once more. A queue of
fifty costs a third of what it cost as pydantic models (docs/adr/0050).
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, StringConstraints

from backend.core.geo import GeoPoint
from backend.core.paging import Page
from backend.photos.schemas import Media
from backend.reports.models import ReportKind
from backend.reports.schemas import Code, Text

CaseState = Literal[
    "submitted",
    "verifying",
    "dispatching",
    "dispatched",
    "accepted",
    "in_progress",
    "suspended",
    "deferred",
    "responded",
    "closed",
    "refused",
    "withdrawn",
]
Request = Literal["extension", "suspension", "deferral", "appeal"]
Stage = Literal["received", "arranged", "handling", "handled", "done", "refused", "withdrawn", "recorded"]
Kind = Literal["problem", "self_handled", "nothing_wrong"]
Unit = Literal["emergency_hour", "emergency_day", "work_hour", "work_day"]


class Named(Struct):
    code: str
    name: str


class ClassRef(Named):
    """A class or a filing condition with its picture: /icons/{icon}.svg."""

    name_en: str
    icon: str


class Spot(Struct):
    """Where it is: WGS-84 degrees."""

    lon: float
    lat: float


class LimitRef(Struct):
    amount: int
    unit: Unit


class TaskRef(Struct):
    """A task of the caller's. `id` and `due_at` are null for an answer that everybody may check."""

    id: UUID | None
    kind: Literal["verify_before_filing", "check_after_disposal"]
    mode: Literal["on_the_spot", "by_photo"]
    due_at: datetime | None
    drawn_at: datetime | None


class CaseCard(Struct, kw_only=True):
    """A case in a list. `place` is WGS-84, `accuracy_m` metres; `overdue` is judged by the server's clock.
    `pending` is what its squad asks for, `resume_at` when a resting case goes on by itself."""

    id: UUID
    rev: int
    number: str | None
    state: CaseState
    source: str
    category: ClassRef | None
    condition: ClassRef | None
    place: Spot | None
    accuracy_m: float | None
    place_text: str
    street: Named | None
    community: Named | None
    cell: str | None
    squad: Named | None
    flags: list[str]
    rework: int
    reports: int
    submitted_at: datetime
    filed_at: datetime | None
    due_at: datetime | None
    responded_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    resume_at: datetime | None
    pending: Request | None
    on_time: bool | None
    task: TaskRef | None
    limit: LimitRef | None
    overdue: bool
    photo: str | None
    photos_expected: int
    photos_stored: int


class Who(Struct):
    """Who did something: the role always, the name only of colleagues, never of a reporter."""

    role: str
    name: str | None = None
    squad: Named | None = None


class HistoryRow(Struct):
    at: datetime
    action: str
    from_state: str | None
    to_state: str
    who: Who
    note: str
    reason: str
    data: dict[str, Any]
    photos: list[Media]


class Earlier(Struct):
    """The closed case of which this one is a recurrence (重复)."""

    id: UUID
    number: str | None


class AssignedTo(Struct):
    """The member of the squad who has it in hand."""

    id: UUID
    name: str


class ClockOut(Struct):
    """One run of one stage's clock. `used_s` seconds of `unit` have run; `running`: it runs now."""

    stage: Literal["intake", "verify", "dispatch", "accept", "disposal", "check"]
    squad: Named | None
    limit_amount: int
    unit: str
    used_s: float
    allowed_s: float
    started_at: datetime
    first_due_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    running: bool


class Blocked(Struct):
    """Something that this case would allow but not to you, or not yet; `code` says why."""

    action: str
    code: str


class CaseOut(CaseCard, kw_only=True):
    """A case as one page shows it. `actions` are what the caller may do now, `voices` the notes that he may hear."""

    why: list[str]
    description: str
    closing: str | None
    requirement: str | None
    refuse_reason: str | None
    refuse_responsible: str | None
    request: dict[str, Any] | None
    recurrence_of: Earlier | None
    first_due_at: datetime | None
    extensions: int
    returns: int
    reopened: int
    forced: bool
    appealed: Literal["asked", "granted", "denied"] | None
    assigned_to: AssignedTo | None
    clocks: list[ClockOut]
    photos: list[Media]
    voices: list[Media]
    history: list[HistoryRow]
    actions: list[str]
    blocked: list[Blocked]


class Mine(BaseModel):
    """One of the caller's own reports, in plain stages. `nothing_wrong` is a record of one's own: no case, and its
    stage is `recorded`."""

    report_id: UUID
    public_ref: str
    kind: Kind
    report_state: Literal["receiving", "complete", "held"]
    case_id: UUID | None
    rev: int | None
    number: str | None
    stage: Stage
    category: str | None
    category_name: str | None
    category_name_en: str | None
    icon: str | None
    place_text: str
    squad: str | None
    submitted_at: datetime
    expected_at: datetime | None
    photo: str | None
    photos_expected: int
    photos_stored: int


class TrackingStage(BaseModel):
    """One step as the reporter sees it; `squad` is who, never a person."""

    stage: Stage
    at: datetime | None = None
    squad: str | None = None
    expected_at: datetime | None = None
    done: bool = False
    current: bool = False


class Refusal(BaseModel):
    reason: str
    responsible: str | None


class Tracking(BaseModel):
    """What became of a report, for whoever holds its link.

    `can`, `by` and `voices` are for its reporter alone: what he may still do, whether he sent it as a signed-in person
    or as a device, his own voice note. `said` is the reporter's last word about the result.
    """

    public_ref: str
    kind: Kind
    report_state: Literal["receiving", "complete", "held"]
    case_id: UUID | None
    rev: int | None
    number: str | None
    state: CaseState | None
    category_name: str | None
    category_name_en: str | None
    icon: str | None
    description: str
    place_text: str
    submitted_at: datetime
    stages: list[TrackingStage]
    refusal: Refusal | None
    before: list[Media]
    after: list[Media]
    voices: list[Media]
    rework: int
    said: Literal["solved", "not_solved"] | None
    by: Literal["person", "device"] | None
    can: list[str]


class HeldReport(BaseModel):
    """A report that came in a shape we cannot accept: kept whole, waiting for somebody to look."""

    report_id: UUID
    received_at: datetime
    reason: str
    detail: str
    payload: Any
    photos: list[Media]
    voices: list[Media]


class Suggestions(Struct):
    """Class codes to offer first, at most eight each: the caller's own, those seen around here, those of this hour."""

    mine: list[str]
    here: list[str]
    now: list[str]


class Repair(BaseModel):
    """What the desk corrects in a held report; what is left out stays as the phone sent it, as far as it can be read.
    `location`: null is "no place". `note` says why, for the history."""

    model_config = ConfigDict(extra="forbid")
    kind: ReportKind | None = None
    category: Code | None = None
    condition: Code | None = None
    description: Annotated[Text, StringConstraints(max_length=4000)] | None = None
    location: GeoPoint | None = None
    note: Annotated[Text, StringConstraints(max_length=2000)]


class HeldRefusal(BaseModel):
    """Why a held report is no case; the reporter reads it."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[Text, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
    responsible: Annotated[Text, StringConstraints(max_length=500)] | None = None


class HeldSettled(BaseModel):
    """What became of a held report. `case_id` is null for a record that nothing is wrong."""

    report_id: UUID
    report_state: Literal["receiving", "complete"]
    kind: Kind
    case_id: UUID | None
    case_state: CaseState | None
    rev: int | None


class CasePage(Page, kw_only=True):
    """A page of cases."""

    items: list[CaseCard]


class MinePage(Page, kw_only=True):
    """A page of the caller's own reports."""

    items: list[Mine]


class HeldPage(Page, kw_only=True):
    """A page of reports that wait for somebody to look."""

    items: list[HeldReport]


class Inbox(Struct):
    """The operator's work: reports to file or refuse, oldest first, and how many wait for repair."""

    items: list[CaseCard]
    next: str | None
    now: datetime
    held_count: int
