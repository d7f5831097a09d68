"""A phone without a screen: freezes reports, sends them by the contract, and never believes more than a receipt."""

import asyncio
import base64
import io
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx
from PIL import Image

from backend.admin.config import DEMO_PASSWORD
from backend.core.clock import uuid7
from tests.faults.audit import Promise

LON, LAT = 112.82, 28.353
CATEGORY = "E0104"
MOST_WAIT_S = 0.4
"""A phone waits as long as the server asks; this one is impatient, to be quick. The app's own waiting: row 22."""


def photo(chance: random.Random, kilobytes: int = 8) -> bytes:
    """A real JPEG like no other, of about so many kB."""
    side = int((kilobytes * 1024 * 1.75) ** 0.5)
    noise = Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=70)
    return out.getvalue()


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"


@dataclass
class Report:
    """A frozen report on the phone's disk: exact payload bytes, photos by id, and what receipts have said."""

    promise: Promise
    photos: dict[str, bytes]
    known: bool = False
    stored: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.promise.id


class Phone:
    """Talks to `address`, through whatever lies between. `answers` has what came: (what was asked, status)."""

    def __init__(self, address: str, seed: int = 0) -> None:
        self.chance = random.Random(seed)
        self.device, self.secret = str(uuid7()), secrets.token_hex(32)
        self.client = httpx.AsyncClient(
            base_url=address, timeout=20, verify=False, headers={"X-Client": "phone", "Sec-Fetch-Site": "same-origin"}
        )
        self.token: str | None = None
        self.person: str | None = None
        self.reports: list[Report] = []
        self.answers: list[tuple[str, int]] = []

    async def close(self) -> None:
        await self.client.aclose()

    @property
    def promises(self) -> list[Promise]:
        return [report.promise for report in self.reports]

    def statuses(self, what: str) -> list[int]:
        return [status for asked, status in self.answers if asked == what]

    # --- what its holder does

    def capture(self, photos: int | list[bytes] = 1, **changes: Any) -> Report:
        """Saved on this phone: from now on it has to arrive."""
        bodies = [photo(self.chance) for _ in range(photos)] if isinstance(photos, int) else photos
        report_id = str(uuid7())
        by_id = {str(uuid7()): body for body in bodies}
        payload = self.payload(by_id) | {"id": report_id, "captured_by": self.person} | changes
        body = json.dumps(payload).encode()
        promise = Promise(report_id, body, {i: sha256(b).hexdigest() for i, b in by_id.items()}, self.device)
        promise.person = payload["captured_by"]
        self.reports.append(Report(promise, by_id))
        return self.reports[-1]

    def payload(self, photos: dict[str, bytes]) -> dict[str, Any]:
        at = "2026-11-24T10:00:00+08:00"
        return {
            "schema_version": 1, "category": CATEGORY, "condition": None, "description": "路边",
            "location": {"lon": LON, "lat": LAT, "accuracy_m": 8.0, "fix_at": at, "source": "gps", "age_s": 1.0},
            "captured_at_device": at, "clock_offset_ms": 0, "consent": "2026-11",
            "photos": manifest(photos),
        }  # fmt: skip

    async def sign_in(self, username: str) -> None:
        """As a person does: once more when the server says that it is not ready (its database just came back)."""
        answer = await self.client.post("/api/v1/session", json={"username": username, "password": DEMO_PASSWORD})
        for _ in range(20):
            if answer.status_code != 503:
                break
            answer = await self.client.post("/api/v1/session", json={"username": username, "password": DEMO_PASSWORD})
        assert answer.status_code == 201, answer.text
        self.person = answer.json()["person"]["id"]

    async def sync(self, within: float = 60) -> None:
        """Send until each report is confirmed. Fails, saying what is left, when that takes longer."""
        until = time.monotonic() + within
        while not await self.sync_once():
            assert time.monotonic() < until, f"not sent in {within} s: {self.left()}; {self.answers[-8:]}"
            await asyncio.sleep(self.chance.uniform(0.02, 0.15))

    def left(self) -> list[str]:
        return [report.id for report in self.reports if not report.promise.confirmed]

    async def sync_once(self) -> bool:
        """One attempt for each unsent report, payloads first. Whether nothing is left."""
        unsent = [report for report in self.reports if not report.promise.confirmed]
        for report in unsent:
            if not report.known and not await self.put_payload(report):
                return False
        for report in unsent:
            for photo_id in report.photos:
                done = photo_id in report.stored or photo_id in report.refused
                if report.known and not done and not await self.put_photo(report, photo_id):
                    return False
        return not self.left()

    # --- one request each; True: a verified receipt came of it

    async def put_payload(self, report: Report) -> bool:
        return await self._put(report, "payload", f"/api/v1/reports/{report.id}", report.promise.payload)

    async def put_photo(self, report: Report, photo_id: str) -> bool:
        path = f"/api/v1/reports/{report.id}/photos/{photo_id}"
        return await self._put(report, "photo", path, report.photos[photo_id], "image/jpeg", photo_id)

    async def receipt(self, report: Report) -> httpx.Response | None:
        """The truth after something unclear; None when it does not come either."""
        try:
            answer = await self.client.get(f"/api/v1/reports/{report.id}/receipt", headers=await self._bearer())
        except (httpx.TransportError, NoToken):
            self.answers.append(("receipt", 0))
            return None
        self.answers.append(("receipt", answer.status_code))
        if answer.status_code == 404 and answer.json().get("code") == "unknown_report":
            report.known, report.promise.confirmed = False, False
            report.stored.clear()
        self._believe(report, answer)
        return answer

    async def send(self, path: str, body: bytes, mime: str = "application/json", **headers: str) -> httpx.Response:
        """A PUT as it stands, without any of the cleverness."""
        everything = {"Content-Type": mime, "Content-Digest": digest(body), **await self._bearer(), **headers}
        return await self.client.put(path, content=body, headers=everything)

    async def _put(
        self, report: Report, what: str, path: str, body: bytes, mime: str = "application/json", photo_id: str = ""
    ) -> bool:
        try:
            answer = await self.send(path, body, mime)
        except (httpx.TransportError, NoToken):
            self.answers.append((what, 0))
            await self.receipt(report)
            return False
        self.answers.append((what, answer.status_code))
        if self._believe(report, answer):
            return True
        if answer.status_code in (200, 201):
            await self.receipt(report)
        elif answer.status_code == 401:
            self.token = None
        elif answer.status_code == 404 and "unknown_report" in answer.text:
            report.known = False
        elif answer.status_code in (413, 415) and photo_id and "reason" in answer.text:
            report.refused[photo_id] = answer.json()["reason"]
            return True
        elif answer.status_code in (429, 502, 503, 507):
            await asyncio.sleep(min(float(answer.headers.get("Retry-After", "0")), MOST_WAIT_S))
        return False

    def _believe(self, report: Report, answer: httpx.Response) -> bool:
        """Whether this is a receipt of ours for exactly what we froze; then it is written down."""
        if answer.status_code not in (200, 201, 202) or answer.headers.get("X-Intake") != "1":
            return False
        try:
            said = answer.json()
        except ValueError:
            return False
        if said["id"] != report.id or said["payload_sha256"] != report.promise.sha256:
            return False
        if any(report.promise.photos.get(slot["id"]) != slot["sha256"] for slot in said["photos"]):
            return False
        report.known = True
        report.stored = {slot["id"] for slot in said["photos"] if slot["slot"] in ("stored", "derived", "unreadable")}
        whole = said["state"] == "complete" or (said["state"] == "held" and report.stored == set(report.photos))
        report.promise.confirmed = whole
        report.promise.held = said["state"] == "held"
        return True

    async def _bearer(self) -> dict[str, str]:
        if self.token is None:
            pair = {"device_id": self.device, "secret": self.secret}
            answer = await self.client.post("/api/v1/devices", json=pair)
            self.answers.append(("device", answer.status_code))
            try:
                self.token = answer.json()["token"] if answer.status_code in (200, 201) else None
            except (ValueError, KeyError):
                self.token = None
            if self.token is None:
                raise NoToken(answer.status_code)
        return {"Authorization": f"Bearer {self.token}"}


class NoToken(Exception):
    """The registration was answered with something else."""


def manifest(photos: dict[str, bytes]) -> list[dict[str, Any]]:
    """The photos of a payload, in order."""
    return [
        {
            "id": photo_id, "seq": seq, "sha256": sha256(body).hexdigest(), "size": len(body), "mime": "image/jpeg",
            "width": 64, "height": 64, "taken_at": "2026-11-24T10:00:00+08:00", "exif": None,
        }
        for seq, (photo_id, body) in enumerate(photos.items(), 1)
    ]  # fmt: skip


def case_move(action: str, rev: int, person: str | None, photos: dict[str, bytes], **more: Any) -> bytes:
    """The frozen JSON of a move."""
    move = {
        "action": action, "base_rev": rev, "captured_by": person, "note": "", "reason": "", "location": None,
        "data": {}, "photos": manifest(photos),
    }  # fmt: skip
    return json.dumps(move | more).encode()
