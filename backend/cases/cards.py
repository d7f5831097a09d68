"""Case cards for every list: one statement, always the same columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.lifecycle import WORK
from backend.cases.schemas import CaseCard, ClassRef, LimitRef, Named, Spot, TaskRef
from backend.photos.links import Links

THUMB = 320

CARD_COLUMNS = """
  c.id, c.rev, c.number, c.state, c.source, c.class_code, c.condition_code, ST_X(c.place) as lon, ST_Y(c.place) as lat,
  c.accuracy_m, c.cell_code as cell, c.flags, c.rework, c.submitted_at, c.filed_at, c.due_at, c.responded_at,
  c.closed_at, c.updated_at, c.resume_at, c.pending, c.on_time,
  c.limit_amount, c.limit_unit, c.squad_code, q.name as squad_name, c.street_code, s.name as street_name,
  c.community_code, m.name as community_name, k.name as class_name, k.name_en as class_name_en, k.icon as class_icon,
  f.text as condition_text, f.text_en as condition_text_en, f.icon as condition_icon, shown.media_id,
  shown.expected as photos_expected, shown.stored as photos_stored, shown.reports
"""

CARD_JOINS = """
  left join squad q on q.code = c.squad_code
  left join street s on s.code = c.street_code
  left join community m on m.code = c.community_code
  left join category_class k on k.code = c.class_code and k.version = coalesce(c.catalogue_version,
    (select version from catalogue_version where valid_from <= cast(:now as timestamptz)::date
     order by valid_from desc, version desc limit 1))
  left join filing_condition f on f.version = k.version and f.class_code = k.code and f.code = c.condition_code
  left join lateral (
    select count(*) as expected, count(*) filter (where p.slot <> 'expected') as stored,
      count(distinct p.intake_id) as reports,
      (array_agg(p.media_id order by p.intake_id, p.seq) filter (where p.slot = 'derived'))[1] as media_id
    from photo p where p.case_id = c.id and p.intake_kind = 'report' and p.role <> 'voice') shown on true
"""


TASK_COLUMNS = "c.task_id, c.task_kind, c.task_mode, c.task_due_at, c.task_blind, c.task_drawn_at"
"""What a list of tasks selects besides, from a source that has it."""


def card_query(where: str, order: str, source: str = "cases c", more: str = "") -> TextClause:
    """A statement for cards. `where`, `order` and `source` are our own SQL over the alias c, never a caller's text.

    The page is cut first and dressed afterwards, so that a list costs what it shows and not what it has.
    """
    page = f"select c.* from {source} where {where} order by {order} limit :most"
    columns = f"{CARD_COLUMNS}, {more}" if more else CARD_COLUMNS
    return text(f"with page as materialized ({page}) select {columns} from page c {CARD_JOINS} order by {order}")


async def fetch_cards(
    session: AsyncSession, query: TextClause, values: Mapping[str, Any], links: Links, now: datetime
) -> list[CaseCard]:
    """Run a `card_query`; `values` holds its parameters and `most`."""
    result = await session.execute(query, {"now": now, **values})
    return [card(row, links, now) for row in result.mappings()]


def card(row: Mapping[str, Any] | RowMapping, links: Links, now: datetime) -> CaseCard:
    """A card from a row of CARD_COLUMNS. To whoever looks a second time a closed case shows as answered."""
    task = task_of(row)
    blind = bool(row.get("task_blind"))
    return CaseCard(
        id=row["id"],
        rev=row["rev"],
        number=row["number"],
        state="responded" if blind else row["state"],
        source=row["source"],
        category=_class_ref(row["class_code"], row["class_name"], row["class_name_en"], row["class_icon"]),
        condition=_class_ref(
            row["condition_code"], row["condition_text"], row["condition_text_en"], row["condition_icon"]
        ),
        place=None if row["lon"] is None else Spot(row["lon"], row["lat"]),
        accuracy_m=row["accuracy_m"],
        place_text=place_text(row["street_name"], row["community_name"]),
        street=named(row["street_code"], row["street_name"]),
        community=named(row["community_code"], row["community_name"]),
        cell=row["cell"],
        squad=named(row["squad_code"], row["squad_name"]),
        flags=row["flags"],
        rework=row["rework"],
        reports=row["reports"],
        submitted_at=row["submitted_at"],
        filed_at=row["filed_at"],
        due_at=row["due_at"],
        responded_at=row["responded_at"],
        closed_at=None if blind else row["closed_at"],
        limit=LimitRef(row["limit_amount"], row["limit_unit"]) if row["limit_amount"] else None,
        updated_at=row["updated_at"],
        resume_at=row["resume_at"],
        pending=row["pending"],
        on_time=None if blind else row["on_time"],
        task=task,
        overdue=is_overdue(row["state"], row["due_at"], now),
        photo=links.sign(row["media_id"], THUMB) if row["media_id"] else None,
        photos_expected=row["photos_expected"],
        photos_stored=row["photos_stored"],
    )


def task_of(row: Mapping[str, Any] | RowMapping) -> TaskRef | None:
    """The caller's task, where the list has one."""
    if row.get("task_kind") is None:
        return None
    return TaskRef(row["task_id"], row["task_kind"], row["task_mode"], row["task_due_at"], row["task_drawn_at"])


def is_overdue(state: str, due_at: datetime | None, now: datetime) -> bool:
    """Past its due time and still in the squad's hands."""
    return due_at is not None and state in WORK and due_at < now


def named(code: str | None, name: str | None) -> Named | None:
    """A squad, street or community by its code; the code stands in for a name that is not there."""
    return Named(code, name or code) if code else None


def place_text(street: str | None, community: str | None) -> str:
    """The place in words, as far as the grid tells it; empty without a cell."""
    return (street or "") + (community or "")


def _class_ref(code: str | None, name: str | None, name_en: str | None, icon: str | None) -> ClassRef | None:
    if code is None or name is None:
        return None
    return ClassRef(code, name, name_en or name, icon or "other")
