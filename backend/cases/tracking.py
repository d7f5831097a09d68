"""What a reporter sees: stages in plain words, before and after, the reason of a refusal. No desk words, no names."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.access import SELF_HANDLED, names_of, offers, standing
from backend.cases.cards import CARD_JOINS, THUMB, place_text
from backend.cases.lifecycle import RESTING, WORK
from backend.cases.models import Case
from backend.cases.schemas import Mine, MinePage, Refusal, Stage, Tracking, TrackingStage
from backend.core.auth import Caller
from backend.core.errors import NotFound, SignIn
from backend.core.paging import after, cut
from backend.photos.links import Links
from backend.photos.queries import media_of, voices_of
from backend.photos.schemas import Media

_COLUMNS = """
  r.id as report_id, r.public_ref, r.state as report_state, r.kind, r.received_at, r.device_id, r.captured_by,
  r.description, r.photos_expected as announced, c.id as case_id, c.rev, c.number, c.state, c.flags, c.class_code,
  c.due_at, c.filed_at, c.accepted_at, c.responded_at, c.closed_at, c.updated_at, c.resume_at, c.refuse_reason,
  c.refuse_responsible, c.rework, k.name as class_name, k.name_en as class_name_en, k.icon as class_icon,
  q.name as squad_name, s.name as street_name, m.name as community_name, own.media_id, own.stored
"""
_JOINS = f"""
  from report r
  left join case_report l on l.report_id = r.id
  left join cases c on c.id = l.case_id
  {CARD_JOINS}
  left join lateral (
    select count(*) filter (where p.slot <> 'expected') as stored,
      (array_agg(p.media_id order by p.seq) filter (where p.slot = 'derived'))[1] as media_id
    from photo p where p.intake_id = r.id and p.role <> 'voice') own on true
"""
_MINE = text(
    f"""select {_COLUMNS} {_JOINS}
    where (r.captured_by = :person or (r.captured_by is null and r.device_id = :device))
      and not exists (select from case_origin o where o.report_id = r.id)
      and (cast(:after_at as timestamptz) is null
           or (r.received_at, r.id) < (:after_at, cast(:after_id as uuid)))
    order by r.received_at desc, r.id desc limit :most"""
)
_BY_REF = text(f"select {_COLUMNS} {_JOINS} where r.public_ref = :ref")

STAGES: dict[str, Stage] = {
    "submitted": "received",
    "verifying": "received",
    "dispatching": "arranged",
    "dispatched": "arranged",
    "accepted": "handling",
    "in_progress": "handling",
    "suspended": "handling",
    "deferred": "handling",
    "responded": "handled",
    "closed": "done",
    "refused": "refused",
    "withdrawn": "withdrawn",
}


async def mine(
    session: AsyncSession, caller: Caller, links: Links, now: datetime, cursor: str | None, limit: int
) -> MinePage:
    """The reports of this device and of this person, newest first."""
    person, device = await caller.person(), await caller.device()
    values = {
        **after(cursor),
        "most": limit + 1,
        "now": now,
        "person": person.id if person else None,
        "device": device.id if device else None,
    }
    rows = list((await session.execute(_MINE, values)).mappings())
    items = [_mine(row, links) for row in rows]
    cutted, following = cut(items, limit, lambda one: (one.submitted_at.isoformat(), str(one.report_id)))
    return MinePage(items=list(cutted), next=following, now=now)


def _mine(row: RowMapping, links: Links) -> Mine:
    return Mine(
        report_id=row["report_id"],
        public_ref=row["public_ref"],
        kind=row["kind"],
        report_state=row["report_state"],
        case_id=row["case_id"],
        rev=row["rev"],
        number=row["number"],
        stage=stage_of(row),
        category=row["class_code"],
        category_name=row["class_name"],
        category_name_en=row["class_name_en"],
        icon=row["class_icon"],
        place_text=place_text(row["street_name"], row["community_name"]),
        squad=row["squad_name"] if row["filed_at"] else None,
        submitted_at=row["received_at"],
        expected_at=expected(row),
        photo=links.sign(row["media_id"], THUMB) if row["media_id"] else None,
        photos_expected=row["announced"],
        photos_stored=row["stored"],
    )


async def track(session: AsyncSession, caller: Caller, public_ref: str, links: Links, now: datetime) -> Tracking:
    """What became of a report. Raises NotFound, alike for unknown and hidden references."""
    row = (await session.execute(_BY_REF, {"ref": public_ref.lower(), "now": now})).mappings().one_or_none()
    if row is None:
        raise NotFound()
    own = (await media_of(session, [row["report_id"]], links, "before")).get(row["report_id"], [])
    after_photos = [photo for photo in own if photo.kind == "after"]
    after_photos += await _after_photos(session, row["case_id"], links)
    refused = row["state"] == "refused"
    by, can = await _reporter(session, caller, row)
    return Tracking(
        public_ref=row["public_ref"],
        kind=row["kind"],
        report_state=row["report_state"],
        case_id=row["case_id"],
        rev=row["rev"],
        number=row["number"],
        state=row["state"],
        category_name=row["class_name"],
        category_name_en=row["class_name_en"],
        icon=row["class_icon"],
        description=row["description"],
        place_text=place_text(row["street_name"], row["community_name"]),
        submitted_at=row["received_at"],
        stages=stages(row),
        refusal=Refusal(reason=row["refuse_reason"], responsible=row["refuse_responsible"]) if refused else None,
        before=[photo for photo in own if photo.kind == "before"],
        after=after_photos,
        voices=(await voices_of(session, [row["report_id"]], links)).get(row["report_id"], []) if by else [],
        rework=row["rework"] or 0,
        said=await _said(session, row["case_id"]),
        by=by,
        can=can,
    )


async def first_pictures(session: AsyncSession, public_ref: str, links: Links) -> list[str]:
    """Addresses of what a tracking page shows first, before and after; none for a reference that is not known."""
    statement = text(
        "select r.id, l.case_id from report r left join case_report l on l.report_id = r.id where r.public_ref = :ref"
    )
    row = (await session.execute(statement, {"ref": public_ref.lower()})).one_or_none()
    if row is None:
        return []
    photos = (await media_of(session, [row.id], links, "before")).get(row.id, [])
    photos += await _after_photos(session, row.case_id, links)
    shown = {photo.kind: photo.medium for photo in reversed(photos) if photo.medium}
    return [shown[kind] for kind in ("before", "after") if kind in shown]


async def _after_photos(session: AsyncSession, case_id: UUID | None, links: Links) -> list[Media]:
    """The photos of the last response."""
    if case_id is None:
        return []
    statement = text(
        "select id from case_move where case_id = :id and action = 'respond' and state = 'applied'"
        " order by applied_at desc limit 1"
    )
    move_id = (await session.execute(statement, {"id": case_id})).scalar_one_or_none()
    return (await media_of(session, [move_id], links, "after")).get(move_id, []) if move_id else []


async def _said(session: AsyncSession, case_id: UUID | None) -> Literal["solved", "not_solved"] | None:
    """The reporter's last word about the result."""
    statement = text(
        "select action from case_history where case_id = :id and action in ('solved', 'not_solved')"
        " order by id desc limit 1"
    )
    found: Literal["solved", "not_solved"] | None = (
        await session.execute(statement, {"id": case_id})
    ).scalar_one_or_none()
    return found


async def _reporter(
    session: AsyncSession, caller: Caller, row: RowMapping
) -> tuple[Literal["person", "device"] | None, list[str]]:
    """As what the caller sent this report, and what he may still do; nothing for anybody else who holds the link."""
    if row["case_id"] is None:
        return None, []
    person = await caller.person()
    try:
        device = await caller.device()
    except SignIn:
        device = None  # the page is public: a token that is not known (any more) only opens nothing more
    by_person = person is not None and row["captured_by"] == person.id
    by_device = device is not None and row["captured_by"] is None and row["device_id"] == device.id
    if not (by_person or by_device):
        return None, []
    case = await session.get(Case, row["case_id"])
    assert case is not None
    stand = standing(case, None, device, reporter=True)
    can, _ = offers(case, stand)
    return "person" if by_person else "device", names_of(can)


def expected(row: Any) -> datetime | None:
    """When the reporter may expect an answer: the due time, or when a resting case goes on."""
    if row["state"] in RESTING:
        resume_at: datetime | None = row["resume_at"]
        return resume_at
    due_at: datetime | None = row["due_at"] if row["state"] in WORK else None
    return due_at


def stage_of(row: Any) -> Stage:
    """Where a report stands, in the reporter's words."""
    if row["state"]:
        return STAGES[row["state"]]
    return "recorded" if row["kind"] == "nothing_wrong" and row["report_state"] != "held" else "received"


def stages(row: Any) -> list[TrackingStage]:
    """The steps of a report: those behind it with their time, the present one, those to come."""
    state = row["state"]
    if stage_of(row) == "recorded":
        return [TrackingStage(stage="recorded", at=row["received_at"], done=True, current=True)]
    if SELF_HANDLED in (row["flags"] or ()):
        done = state == "closed"
        return [
            TrackingStage(stage="received", at=row["received_at"], done=done, current=not done),
            TrackingStage(stage="done", at=row["closed_at"], done=done, current=done),
        ]
    if state in ("refused", "withdrawn"):
        return [
            TrackingStage(stage="received", at=row["received_at"], done=True),
            TrackingStage(stage=STAGES[state], at=row["updated_at"], done=True, current=True),
        ]
    squad = row["squad_name"] if row["filed_at"] else None
    times: list[tuple[Stage, datetime | None]] = [
        ("received", row["received_at"]),
        ("arranged", row["filed_at"]),
        ("handling", row["accepted_at"]),
        ("handled", row["responded_at"]),
        ("done", row["closed_at"]),
    ]
    order = [stage for stage, _ in times]
    current = STAGES[state] if state else "received"
    found = []
    for stage, at in times:
        done = state == "closed" or order.index(stage) < order.index(current)
        reached = done or stage == current
        found.append(
            TrackingStage(
                stage=stage,
                at=at if reached else None,
                squad=squad if stage in ("arranged", "handling", "handled") and reached else None,
                expected_at=expected(row) if stage == current else None,
                done=done,
                current=stage == current,
            )
        )
    return found
