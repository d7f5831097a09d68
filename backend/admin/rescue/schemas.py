"""A rescue file from inside, and what its import answers (docs/adr/0052)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from backend.photos.schemas import Sha256

Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+={0,2}$", max_length=100)]


class ContentKey(BaseModel):
    """What `key.jwe` holds: the AES-256 key of everything else, in base64url."""

    model_config = ConfigDict(extra="ignore")
    v: Literal[1]
    k: Base64Url


class RescueDevice(BaseModel):
    """The pair with which the phone registered, or would have."""

    model_config = ConfigDict(extra="ignore")
    device_id: UUID
    secret: Annotated[str, StringConstraints(min_length=16, max_length=2000)]


class RescueItem(BaseModel):
    """One unsent thing: `payload` is the text that was frozen when it was sent off, to be hashed as UTF-8."""

    model_config = ConfigDict(extra="ignore")
    id: UUID
    kind: Literal["report", "move"]
    subject: UUID | None = None
    owner: UUID | None = None
    payload: str
    payload_sha256: Sha256


class RescueManifest(BaseModel):
    """`items` are read one by one, so that a bad one does not hinder the others."""

    model_config = ConfigDict(extra="ignore")
    v: Literal[1]
    exported_at: AwareDatetime
    device: RescueDevice
    items: list[dict[str, Any]] = Field(max_length=5000)


class RescuedItem(BaseModel):
    """What became of an item. `photos_stored` and `photos_missing` count its photos as they are on the server now."""

    id: str
    kind: str
    result: Literal["stored", "known", "held", "conflicting", "refused"]
    photos_stored: int = 0
    photos_missing: int = 0
    code: str | None = None
    detail: str = ""


class RescueOut(BaseModel):
    items: list[RescuedItem]
