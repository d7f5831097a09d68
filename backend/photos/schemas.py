"""Photos on the wire: the manifest inside a payload, the slots of a receipt, and what a screen needs to show one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.core.clock import Moment
from backend.photos.models import VOICE

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ExifClaim(BaseModel):
    """What the phone read from the original before it shrank it. Never trusted, only compared."""

    model_config = ConfigDict(extra="ignore")
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    taken_at: datetime | None = None
    orientation: int | None = None


class PhotoManifest(BaseModel):
    """One photo as announced: size in bytes, width and height in pixels, sha256 in hex of the exact bytes to come."""

    model_config = ConfigDict(extra="ignore")
    id: UUID
    seq: int = Field(ge=1, le=99)
    sha256: Sha256
    size: int = Field(ge=0, le=1_000_000_000)
    mime: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] = "image/jpeg"
    width: int | None = Field(default=None, ge=0, le=1_000_000)
    height: int | None = Field(default=None, ge=0, le=1_000_000)
    taken_at: Moment | None = None
    exif: ExifClaim | None = None
    role: Literal["before", "after", "voice"] = "before"

    @property
    def is_voice(self) -> bool:
        return self.role == VOICE


class PhotoSlot(BaseModel):
    """One line of a receipt."""

    id: UUID
    sha256: str
    slot: Literal["expected", "stored", "derived", "unreadable", "refused"]
    reason: str | None = None


class Media(BaseModel):
    """A photo to look at. `thumb`, `medium` and `large` (320, 640, 1600 px) are signed addresses, null until derived.

    A `voice` is a note to listen to: it has no picture but `sound`, a signed address, and comes in lists of its own.
    """

    id: UUID
    seq: int
    kind: Literal["before", "after", "check", "extra", "voice"]
    state: Literal["expected", "stored", "derived", "unreadable", "refused"]
    reason: str | None = None
    thumb: str | None = None
    medium: str | None = None
    large: str | None = None
    sound: str | None = None
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
