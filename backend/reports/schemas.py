"""A report on the wire (contract.md, "A report")."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from backend.core.clock import Moment
from backend.photos.schemas import PhotoManifest, PhotoSlot
from backend.reports.models import ReportKind

# PostgreSQL text cannot hold NUL; a payload that brings one is held, not lost.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=40)]


VOICE_MIMES = frozenset({"audio/webm", "audio/mp4", "audio/ogg"})


class Location(BaseModel):
    """A fix in WGS-84 degrees; accuracy in metres, age in seconds at the shutter; source gps, pin, demo, exif …"""

    model_config = ConfigDict(extra="ignore")
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    fix_at: Moment | None = None
    source: Code = "gps"
    age_s: float | None = Field(default=None, allow_inf_nan=False)


class ReportFacts(BaseModel):
    """What a report says, apart from its photos."""

    model_config = ConfigDict(extra="ignore")
    id: UUID | None = None
    schema_version: Literal[1]
    kind: ReportKind = ReportKind.PROBLEM
    captured_by: UUID | None = None
    category: Code | None = None
    condition: Code | None = None
    description: Annotated[Text, StringConstraints(max_length=4000)] = ""
    location: Location | None = None
    captured_at_device: Moment
    clock_offset_ms: int | None = Field(default=None, ge=-(2**53), le=2**53)
    consent: Annotated[Code, StringConstraints(min_length=1)]


class ReportPayload(ReportFacts):
    """What `PUT /reports/{id}` accepts as it is: one to nine pictures and at most one voice note beside them.

    Anything else that is a JSON object is held for repair.
    """

    photos: list[PhotoManifest] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def photos_are_different(self) -> "ReportPayload":
        if len({photo.id for photo in self.photos}) != len(self.photos):
            raise ValueError("two photos carry the same id")
        return self

    @model_validator(mode="after")
    def pictures_and_one_voice(self) -> "ReportPayload":
        voices = [photo for photo in self.photos if photo.is_voice]
        if not 1 <= len(self.pictures) <= 9:
            raise ValueError("photos: one to nine pictures")
        if len(voices) > 1:
            raise ValueError("photos: more than one voice note")
        if any(voice.mime not in VOICE_MIMES for voice in voices):
            raise ValueError("photos: a voice note is audio/webm, audio/mp4 or audio/ogg")
        return self

    @property
    def pictures(self) -> list[PhotoManifest]:
        return [photo for photo in self.photos if not photo.is_voice]


class ReportReceipt(BaseModel):
    """The truth about a report on the server. `complete` means: every photo has a final slot."""

    id: UUID
    state: Literal["receiving", "complete", "held"]
    rev: int
    public_ref: str
    payload_sha256: str
    photos: list[PhotoSlot]
    received_at: datetime
    reason: str | None = None


class ReceiptsCheck(BaseModel):
    ids: list[UUID] = Field(max_length=200)


class ReceiptsFound(BaseModel):
    """Receipts of the caller's own reports; ids that are not listed are unknown here: send them again."""

    receipts: list[ReportReceipt]
    unknown: list[UUID]
