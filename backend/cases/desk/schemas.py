"""What the desk sends and reads. Who complained comes in here and never goes out but by its own, logged way."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.cases.schemas import CaseCard
from backend.core.clock import Moment
from backend.core.geo import GeoPoint
from backend.reports.schemas import Code, Text
from backend.territory.schemas import RouteOut

Short = Annotated[Text, StringConstraints(max_length=200, strip_whitespace=True)]
Long = Annotated[Text, StringConstraints(max_length=4000, strip_whitespace=True)]
Pasted = Annotated[Text, StringConstraints(max_length=20_000)]
Number = Annotated[Text, StringConstraints(max_length=60, strip_whitespace=True)]


class ComplainantIn(BaseModel):
    """Who complained, as the other side tells it."""

    model_config = ConfigDict(extra="forbid")
    name: Short | None = None
    phone: Annotated[Text, StringConstraints(max_length=40, strip_whitespace=True)] | None = None
    note: Annotated[Text, StringConstraints(max_length=1000, strip_whitespace=True)] = ""

    @property
    def is_told(self) -> bool:
        return bool(self.name or self.phone or self.note)


class DeskReport(BaseModel):
    """A case taken in at the desk. `text` is what was pasted, kept whole and apart; `description` is what everybody
    who works on the case reads. `place_text` are the words for the place, `received_at` when the other side had it."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    source: Code
    external_number: Number | None = None
    text: Pasted = ""
    description: Annotated[Long, StringConstraints(min_length=1)]
    category: Code | None = None
    condition: Code | None = None
    location: GeoPoint | None = None
    place_text: Short = ""
    channel: Short | None = None
    campaign: Short | None = None
    received_at: Moment | None = None
    complainant: ComplainantIn | None = None


class DeskCase(Struct):
    """What became of it. `known`: nothing was made; the same report (id) or the same number was here already."""

    id: UUID
    case_id: UUID
    state: str
    rev: int
    number: str | None
    public_ref: str
    source: str
    external_number: str | None
    received_at: datetime
    known: Literal["id", "external_number"] | None = None


class SourceOut(Struct):
    """A source of cases and what it asks for today."""

    code: str
    name: str
    name_en: str
    needs_external_number: bool
    needs_complainant: bool
    needs_campaign: bool
    verify_before_filing: bool
    double_deduction: bool


class SourcesOut(Struct):
    sources: list[SourceOut]


class OriginOut(Struct):
    """Where a case of the desk comes from; not who complained."""

    source: str
    external_number: str | None
    received_at: datetime
    channel: str | None
    campaign: str | None
    has_complainant: bool


class PurposeIn(BaseModel):
    """What somebody wants to know it for; kept with his name."""

    model_config = ConfigDict(extra="forbid")
    purpose: Annotated[Text, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class Told(Struct):
    """Who complained, and the text that it came in."""

    name: str | None
    phone: str | None
    note: str
    text: str


class ComplainantOut(Told):
    """Who complained, for whoever may read it; `more` are those of reports that were merged into the case."""

    more: list[Told] = []


class ReadIn(BaseModel):
    """A pasted text to be read, not stored. `radius_m` and `hours`: how near and how recent a duplicate is."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[Pasted, StringConstraints(min_length=1)]
    radius_m: float = Field(default=50, gt=0, le=2000)
    hours: float = Field(default=24, gt=0, le=24 * 30)


class PlaceOut(Struct):
    """A place that the text may mean; WGS-84 degrees, `score` 0 to 1, `matched` is what the text says."""

    name: str
    kind: str
    lon: float
    lat: float
    score: float
    matched: str
    how: Literal["exact", "pinyin", "similar", "crossing"]


class PlacesFound(Struct):
    places: list[PlaceOut]


class ClassGuess(Struct):
    """A class that the text may mean, with the condition that fits best; `matched` are the words that say so."""

    code: str
    name: str
    name_en: str
    icon: str
    condition: str | None
    score: float
    matched: list[str]


class DeskReading(Struct):
    """What a text says, as far as it can be read: the best guess first, nothing stored."""

    places: list[PlaceOut]
    classes: list[ClassGuess]
    external_number: str | None
    phone: str | None
    complainant_name: str | None
    duplicates: list[CaseCard]
    route: RouteOut


class SheetRow(Struct):
    """What became of one row of a sheet; `line` as the sheet counts them."""

    line: int
    result: Literal["stored", "known", "refused"]
    case_id: UUID | None = None
    code: str | None = None
    detail: str | None = None
    facts: dict[str, Any] | None = None


class SheetDone(Struct):
    rows: list[SheetRow]
    stored: int
    known: int
    refused: int
