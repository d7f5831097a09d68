"""Whether a report can be taken as it is. If not, it is held with the reason: never refused, never lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from backend.cases.lifecycle import FIELD
from backend.core.auth import Author
from backend.photos.models import VOICE
from backend.photos.schemas import PhotoManifest
from backend.reports.models import ReportKind
from backend.reports.schemas import ReportPayload
from backend.settings import Limits


@dataclass(frozen=True)
class Complaint:
    """Why a report is held: a code that its sender's screen translates, and words for whoever repairs it."""

    reason: str
    detail: str


def accept(data: dict[str, Any], author: Author, limits: Limits) -> ReportPayload | Complaint:
    """The payload in `data`, or what is wrong with it."""
    try:
        payload = ReportPayload.model_validate_json(json.dumps(data))
    except (ValidationError, ValueError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "not valid Unicode"}
        return Complaint("invalid_payload", f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
    if len(payload.pictures) > limits.photos_per_report:
        return Complaint("invalid_payload", f"photos: more than {limits.photos_per_report}")
    if any(photo.is_voice and photo.size > limits.voice_bytes for photo in payload.photos):
        return Complaint("invalid_payload", f"photos: a voice note of more than {limits.voice_bytes} bytes")
    roles = [photo.role for photo in payload.photos]
    return complain(payload.kind, author.person is not None and bool(author.person.roles & FIELD), roles) or payload


def complain(kind: ReportKind, in_the_field: bool, roles: Sequence[str]) -> Complaint | None:
    """What the kind asks for and the report does not bring. `in_the_field`: a signed-in inspector or squad person;
    `roles`: what its photos show; a voice note shows nothing."""
    if kind is ReportKind.PROBLEM:
        return None
    if not in_the_field:
        return Complaint("field_staff_only", f"kind: {kind} is for signed-in inspectors and squads")
    if kind is ReportKind.SELF_HANDLED and not {"before", "after"} <= set(roles):
        return Complaint("before_and_after", "photos: one before and one after are needed")
    if kind is ReportKind.NOTHING_WRONG and len([role for role in roles if role != VOICE]) != 1:
        return Complaint("one_photo", "photos: exactly one is needed")
    return None


def told_kind(data: dict[str, Any]) -> ReportKind:
    """The kind that a payload names, as far as there is such a kind."""
    told = data.get("kind")
    return ReportKind(told) if isinstance(told, str) and told in set(ReportKind) else ReportKind.PROBLEM


def told_role(entry: dict[str, Any]) -> str:
    """What a photo of a payload that is held says that it shows, or that it is a voice note."""
    told = entry.get("role")
    return told if told in ("after", VOICE) else "before"


def told_manifest(entry: Any) -> PhotoManifest | None:
    """A photo's line in a payload that is held, if it is whole."""
    try:
        return PhotoManifest.model_validate(entry)
    except ValidationError:
        return None
