"""The day's sheet of a hotline or of the city: each row is taken in as if it had been typed, and answered by itself."""

import asyncio
import datetime as dt
import json
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk.intake import take_in
from backend.cases.desk.reading import SURE_CLASS, SURE_PLACE, understand
from backend.cases.desk.schemas import DeskReport, SheetDone, SheetRow
from backend.cases.desk.sheet_file import read_sheet
from backend.cases.sources import sources
from backend.core.auth import Person
from backend.core.clock import uuid7
from backend.core.errors import DomainError
from backend.territory.district import district_facts

_ROWS = UUID("6d0b4d4e-6c1f-5d0a-9a55-6f2f3c6d1c01")
"""The namespace of ids for rows that bring no number: the same row is the same report."""


async def import_sheet(
    session: AsyncSession, body: bytes, source: str | None, by: Person, now: dt.datetime
) -> SheetDone:
    """Take in a sheet (sheet_file.read_sheet). `source` holds where a row names none, by code or by name.

    A row without position or class takes the best guess of its words if that is sure enough. The same sheet again
    changes nothing: rows are known by their number, else by their content. Raises BadSheet.
    """
    rows = await asyncio.to_thread(read_sheet, body)
    facts = await district_facts(session)
    by_name = {one.name: one.code for one in (await sources(session, facts.local_day(now))).values()}
    done = [await _row(session, line, fields, source, by_name, facts.zone, by, now) for line, fields in rows]
    count = {result: sum(row.result == result for row in done) for result in ("stored", "known", "refused")}
    return SheetDone(done, **count)


async def _row(
    session: AsyncSession,
    line: int,
    fields: dict[str, str],
    source: str | None,
    by_name: dict[str, str],
    zone: dt.tzinfo,
    by: Person,
    now: dt.datetime,
) -> SheetRow:
    named = fields.get("source")
    origin = by_name.get(named, named) if named else source
    whole = json.dumps({**fields, "source": origin}, sort_keys=True, ensure_ascii=False)
    row_id = uuid7() if fields.get("external_number") else uuid5(_ROWS, whole)
    try:
        data = await _report(session, row_id, origin, fields, zone, now)
        made = await take_in(session, data, by, now, digest=sha256(whole.encode()).hexdigest())
    except ValidationError as error:
        first = error.errors()[0]
        told = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return SheetRow(line, "refused", code="bad_row", detail=told)
    except DomainError as error:
        return SheetRow(line, "refused", code=error.code, detail=error.detail, facts=error.facts or None)
    return SheetRow(line, "known" if made.known else "stored", made.case_id)


async def _report(
    session: AsyncSession, row_id: UUID, source: str | None, fields: dict[str, str], zone: dt.tzinfo, now: dt.datetime
) -> DeskReport:
    told = {
        name: fields[column]
        for name in ("name", "phone", "note")
        if (column := f"complainant_{name}") in fields
    }  # fmt: skip
    values: dict[str, Any] = {
        "id": row_id,
        "source": source,
        "complainant": told or None,
        "received_at": _moment(fields.get("received_at"), zone),
        **{
            name: fields[name]
            for name in ("external_number", "description", "place_text", "category", "condition", "channel", "campaign")
            if name in fields
        },
    }
    if "lon" in fields or "lat" in fields:
        values["location"] = {"lon": fields.get("lon"), "lat": fields.get("lat")}
    data = DeskReport.model_validate(values)
    if data.location is not None and data.category is not None:
        return data
    guess = await understand(session, f"{data.place_text}\n{data.description}", now)
    more: dict[str, Any] = {}
    if data.location is None and guess.places and guess.places[0].score >= SURE_PLACE:
        more["location"] = guess.places[0].point
    if data.category is None and guess.classes and guess.classes[0].score >= SURE_CLASS:
        more |= {"category": guess.classes[0].category.code, "condition": guess.classes[0].condition}
    return data.model_copy(update=more)


def _moment(value: str | None, zone: dt.tzinfo) -> str | None:
    """A sheet's time is the district's where it names no zone; what is no time is refused with its row."""
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value.replace("/", "-"))
    except ValueError:
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
