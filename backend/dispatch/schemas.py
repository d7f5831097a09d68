"""A move on the wire (contract.md, "Moves"), and the rescue of its outcome."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from backend.cases.lifecycle import Action
from backend.core.geo import GeoPoint
from backend.photos.schemas import PhotoManifest, PhotoSlot
from backend.reports.schemas import Code, Location, Text


class MovePayload(BaseModel):
    """What `PUT /cases/{case_id}/moves/{move_id}` accepts. `base_rev` is the revision that the mover had before him."""

    model_config = ConfigDict(extra="ignore")
    id: UUID | None = None
    action: Action
    base_rev: int | None = Field(default=None, ge=0, le=2**31 - 1)
    captured_by: UUID | None = None
    note: Annotated[Text, StringConstraints(max_length=4000)] = ""
    reason: Annotated[Text, StringConstraints(max_length=2000)] = ""
    location: Location | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    photos: list[PhotoManifest] = Field(default_factory=list, max_length=9)

    @field_validator("photos")
    @classmethod
    def only_pictures(cls, photos: list[PhotoManifest]) -> list[PhotoManifest]:
        if any(photo.is_voice for photo in photos):
            raise ValueError("a voice note belongs to a report")
        return photos


class FileData(BaseModel):
    """`data` of `file`: class and condition (null: the class's default), and a corrected place."""

    model_config = ConfigDict(extra="ignore")
    category: Code | None = None
    condition: Code | None = None
    location: GeoPoint | None = None


class RefuseData(BaseModel):
    """`data` of `refuse`: who is responsible instead, in words for the reporter."""

    model_config = ConfigDict(extra="ignore")
    responsible: Annotated[Text, StringConstraints(max_length=500)] | None = None


class AmendData(BaseModel):
    """`data` of `amend`: what the reporter says otherwise."""

    model_config = ConfigDict(extra="ignore")
    description: Annotated[Text, StringConstraints(max_length=4000)] | None = None
    category: Code | None = None
    condition: Code | None = None


class ClarifyData(BaseModel):
    """`data` of `clarify`: a corrected place for those who could not find it."""

    model_config = ConfigDict(extra="ignore")
    location: GeoPoint | None = None


VerifyResult = Literal["not_true", "already_gone", "cannot_find", "private_land", "not_ours"]
"""What a verification on the spot can find instead of the problem."""


class VerifyFalseData(BaseModel):
    """`data` of `verify_false`: what was found instead."""

    model_config = ConfigDict(extra="ignore")
    result: VerifyResult = "not_true"


class DispatchData(BaseModel):
    """`data` of `dispatch`: the squad that gets the case."""

    model_config = ConfigDict(extra="ignore")
    squad: Code


class AssignData(BaseModel):
    """`data` of `assign`: the member of the squad who is to do it, or null."""

    model_config = ConfigDict(extra="ignore")
    person: UUID | None = None


class ReturnData(BaseModel):
    """`data` of `return`: a wrong squad counts against the dispatch, the others do not."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["wrong_squad", "no_need", "needs_others"] = "wrong_squad"


class UntilData(BaseModel):
    """`data` of `request_suspension` and `request_deferral`: the local day on which the case goes on."""

    model_config = ConfigDict(extra="ignore")
    until: date


class GrantUntilData(BaseModel):
    """`data` of their grants: another day than the one asked for, or null."""

    model_config = ConfigDict(extra="ignore")
    until: date | None = None


class PassData(BaseModel):
    """`data` of `check_pass`: there was nothing left to see when the checker came."""

    model_config = ConfigDict(extra="ignore")
    result: Literal["already_gone"] | None = None


class CannotFindData(BaseModel):
    """`data` of `check_cannot_find`: why it cannot be judged on the spot; the operator decides."""

    model_config = ConfigDict(extra="ignore")
    result: Literal["cannot_find", "private_land", "not_ours"] = "cannot_find"


class HandOver(BaseModel):
    """Why somebody else is to go."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[Text, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class CaseStanding(BaseModel):
    """The case as it stands now."""

    state: str
    rev: int


class MoveReceipt(BaseModel):
    """The truth about a move on the server."""

    id: UUID
    case_id: UUID
    state: Literal["receiving", "applied", "conflicting", "held"]
    rev: int
    payload_sha256: str
    photos: list[PhotoSlot]
    received_at: datetime
    reason: str | None = None
    case: CaseStanding
