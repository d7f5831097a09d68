"""Rescue files as a phone makes them, by the format (docs/adr/0052), for a server's public key."""

import base64
import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwk import ECKey

from backend.core.clock import uuid7
from tests.make import Sender


@dataclass
class Phone:
    """A phone that has never had signal: its pair, and what it could not send."""

    device_id: str = field(default_factory=lambda: str(uuid7()))
    secret: str = "s" * 43
    items: list[dict[str, Any]] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)

    def report(self, payload: dict[str, Any], *bodies: bytes, report_id: UUID | None = None) -> dict[str, Any]:
        return self._item("report", report_id or uuid7(), payload, bodies, owner=payload["captured_by"])

    def move(self, case_id: str, payload: dict[str, Any], *bodies: bytes) -> dict[str, Any]:
        return self._item("move", uuid7(), payload, bodies, owner=payload["captured_by"], subject=case_id)

    def _item(self, kind: str, item_id: UUID, payload: dict[str, Any], bodies: Any, **more: Any) -> dict[str, Any]:
        frozen = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        item = {
            "id": str(item_id),
            "kind": kind,
            "subject": None,
            "action": payload.get("action"),
            "payload": frozen,
            "payload_sha256": hashlib.sha256(frozen.encode()).hexdigest(),
            "created_at": 1795485600000,
            "photos": [{key: one[key] for key in ("id", "sha256", "size", "mime")} for one in payload["photos"]],
            **more,
        }
        self.items.append(item)
        self.photos |= {one["id"]: body for one, body in zip(payload["photos"], bodies, strict=True)}
        return item

    def manifest(self) -> dict[str, Any]:
        return {
            "v": 1,
            "exported_at": "2026-11-24T12:00:00+08:00",
            "device": {"device_id": self.device_id, "secret": self.secret},
            "items": self.items,
        }

    def export(self, public: dict[str, Any], **odd: Any) -> bytes:
        return rescue_file(public, self.manifest(), self.photos, **odd)


def rescue_file(
    public: dict[str, Any],
    manifest: Any,
    photos: dict[str, bytes],
    *,
    kid: str | None = None,
    packing: int = zipfile.ZIP_STORED,
    entries: dict[str, bytes] | None = None,
) -> bytes:
    """The file; `entries` replace or add raw entries."""
    content_key = os.urandom(32)
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": kid or public["kid"]}
    plain = json.dumps({"v": 1, "k": base64.urlsafe_b64encode(content_key).decode().rstrip("=")})
    found = {"key.jwe": jwe.encrypt_compact(header, plain, ECKey.import_key(public)).encode()}
    clear = {"manifest.enc": json.dumps(manifest).encode()}
    clear |= {f"photos/{name}.enc": body for name, body in photos.items()}
    for name, body in clear.items():
        iv = os.urandom(12)
        found[name] = iv + AESGCM(content_key).encrypt(iv, body, name.encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, body in (found | (entries or {})).items():
            archive.writestr(name, body)
    return out.getvalue()


async def bring(desk: Sender, file: bytes) -> Any:
    return await desk.client.post("/api/v1/rescue", content=file, headers={"Content-Type": "application/zip"})


async def brought(desk: Sender, file: bytes) -> list[dict[str, Any]]:
    answer = await bring(desk, file)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
