"""Makers for tests: a district that can file cases, phones, people, photos, reports, moves."""

import base64
import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import uuid7
from backend.core.db import Sessions, Transactions
from backend.core.roles import Role
from backend.photos.jobs import derive
from media.pool import DerivePool
from tests.conftest import TickingClock
from tests.identity.people import browser, make_person, post, sign_in
from tests.territory.district import START, make_class, make_district, make_rule, spot

HERE = spot(0.5, 0.5)
"""In cell A01, squad T-A."""
THERE = spot(3.5, 3.5)
"""In cell B08, squad T-B."""
RUBBISH, MANHOLE, DUST = "E0110", "C0101", "E0304"


async def make_catalogue(session: AsyncSession) -> None:
    """Exposed rubbish (4 working hours), a manhole cover with two conditions (2 h at once; 2 working days), dust."""
    await make_class(session, RUBBISH, "暴露垃圾")
    await make_class(session, MANHOLE, "雨水井盖")
    await make_class(session, DUST, "工地扬尘")
    rows = [
        (RUBBISH, "01", "成堆", 4, "work_hour", True),
        (MANHOLE, "01", "缺失", 2, "emergency_hour", False),
        (MANHOLE, "02", "松动", 2, "work_day", True),
        (DUST, "01", "未洒水", 2, "work_hour", True),
    ]
    statement = text(
        "insert into filing_condition (version, class_code, code, text, text_en, icon, limit_amount, limit_unit,"
        " closing, is_default, sort)"
        " values ('t1', :class, :code, :text, :text, '', :amount, :unit, '恢复', :default, 1)"
    )
    for class_code, code, words, amount, unit, default in rows:
        values = {"class": class_code, "code": code, "text": words, "amount": amount, "unit": unit, "default": default}
        await session.execute(statement, values)


async def make_world(session: AsyncSession) -> None:
    """The small district of tests/territory with its catalogue, and dust going to the direct squad Z."""
    await make_district(session)
    await make_catalogue(session)
    await make_rule(session, "R-DUST", "Z", class_prefix=DUST, priority=10, since=START)
    await session.commit()


@cache
def jpeg(colour: str = "gray", size: tuple[int, int] = (640, 480)) -> bytes:
    """A small real JPEG; another colour is another photo."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=80)
    return out.getvalue()


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def manifest(body: bytes, seq: int = 1, photo_id: UUID | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": str(photo_id or uuid7()),
        "seq": seq,
        "sha256": hashlib.sha256(body).hexdigest(),
        "size": len(body),
        "mime": "image/jpeg",
        "width": 640,
        "height": 480,
        "taken_at": "2026-11-24T10:00:00+08:00",
        "exif": {"lon": None, "lat": None, "taken_at": None, "orientation": 1},
        **more,
    }


def report_payload(*bodies: bytes, **changes: Any) -> dict[str, Any]:
    """A report as contract.md shows it, at HERE, of rubbish."""
    return {
        "schema_version": 1,
        "captured_by": None,
        "category": RUBBISH,
        "condition": None,
        "description": "",
        "location": {
            "lon": HERE.lon, "lat": HERE.lat, "accuracy_m": 8.0,
            "fix_at": "2026-11-24T10:00:00+08:00", "source": "gps", "age_s": 1.0,
        },
        "captured_at_device": "2026-11-24T10:00:00+08:00",
        "clock_offset_ms": 0,
        "consent": "2026-11",
        "photos": [manifest(body, seq) for seq, body in enumerate(bodies or (jpeg(),), 1)],
        **changes,
    }  # fmt: skip


@dataclass
class Sender:
    """Somebody with a client: sends reports and moves as the app does."""

    client: httpx.AsyncClient
    person_id: UUID | None = None
    bytes_of: dict[str, bytes] = field(default_factory=dict)

    async def put(self, path: str, body: bytes, mime: str = "application/json", **headers: str) -> httpx.Response:
        return await self.client.put(
            path, content=body, headers={"Content-Type": mime, "Content-Digest": digest(body), **headers}
        )

    async def put_report(self, payload: dict[str, Any], report_id: UUID | None = None) -> httpx.Response:
        if self.person_id and "captured_by" in payload and payload["captured_by"] is None:
            payload = {**payload, "captured_by": str(self.person_id)}
        return await self.put(f"/api/v1/reports/{report_id or uuid7()}", json.dumps(payload).encode())

    async def put_photo(self, owner: str, photo_id: str, body: bytes) -> httpx.Response:
        return await self.put(f"/api/v1/{owner}/photos/{photo_id}", body, "image/jpeg")

    async def report(self, *bodies: bytes, **changes: Any) -> dict[str, Any]:
        """A whole report with its photos; its last receipt."""
        bodies = bodies or (jpeg(),)
        payload = report_payload(*bodies, **changes)
        answer = await self.put_report(payload)
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        for entry, body in zip(payload["photos"], bodies, strict=True):
            stored = await self.put_photo(f"reports/{receipt['id']}", entry["id"], body)
            assert stored.status_code == 201, stored.text
            receipt = stored.json()
        return receipt

    async def move(
        self, case: dict[str, Any], action: str, *bodies: bytes, move_id: UUID | None = None, **changes: Any
    ) -> httpx.Response:
        """A move with its photos on the case as its maker last saw it; the last answer."""
        move_id = move_id or uuid7()
        payload = {
            "action": action,
            "base_rev": case["rev"],
            "captured_by": str(self.person_id) if self.person_id else None,
            "note": "",
            "reason": "",
            "location": None,
            "data": {},
            "photos": [manifest(body, seq) for seq, body in enumerate(bodies, 1)],
            **changes,
        }
        owner = f"cases/{case['id']}/moves/{move_id}"
        answer = await self.put(f"/api/v1/{owner}", json.dumps(payload).encode())
        for entry, body in zip(payload["photos"], bodies, strict=True):
            if answer.status_code not in (200, 201):
                return answer
            answer = await self.put_photo(owner, entry["id"], body)
        return answer

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(f"/api/v1/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def case(self, case_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.get(f"cases/{case_id}")
        return found


async def phone(app: Litestar) -> Sender:
    """A citizen's phone, registered."""
    client = browser(app)
    pair = {"device_id": str(uuid7()), "secret": "s" * 43}
    answer = await client.post("/api/v1/devices", json=pair)
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return Sender(client)


async def staff(app: Litestar, session: AsyncSession, username: str, role: Role, squad: str | None = None) -> Sender:
    """A signed-in person on a registered phone."""
    person = await make_person(session, username, post(role, squad))
    sender = await phone(app)
    answer = await sign_in(sender.client, username)
    assert answer.status_code == 201, answer.text
    sender.person_id = person.id
    return sender


@dataclass
class Crew:
    """The people of the loop."""

    citizen: Sender
    operator: Sender
    inspector: Sender
    squad_a: Sender
    squad_b: Sender


async def crew(app: Litestar, session: AsyncSession) -> Crew:
    return Crew(
        citizen=await phone(app),
        operator=await staff(app, session, "operator", Role.OPERATOR),
        inspector=await staff(app, session, "inspector", Role.INSPECTOR),
        squad_a=await staff(app, session, "a1", Role.SQUAD_MEMBER, "T-A"),
        squad_b=await staff(app, session, "b1", Role.SQUAD_MEMBER, "T-B"),
    )


async def work_off(app: Litestar, sessions: Sessions, clock: TickingClock) -> list[str]:
    """Do the photo jobs that wait, as the worker does; the outcomes."""
    outcomes = []
    async with sessions() as session:
        rows = (
            await session.execute(
                text("delete from pgqueuer where entrypoint = 'photo.derive' returning convert_from(payload, 'utf8')")
            )
        ).scalars()
        payloads = [json.loads(row) for row in rows]
        await session.commit()
    async with DerivePool(1) as pool:
        for payload in payloads:
            outcomes.append(await derive(payload, Transactions(sessions), app.state.photos, pool, clock))
    return outcomes


def local(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of November 2026 in the district."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=8)))


async def clear(session: AsyncSession) -> None:
    """Empty every table that a committed test filled."""
    await session.execute(text("alter table case_history disable trigger case_history_append_only"))
    tables = (
        await session.execute(
            text("select string_agg(format('%I', tablename), ', ') from pg_tables where schemaname = current_schema()"
                 " and tablename not in ('alembic_version')")
        )
    ).scalar_one()  # fmt: skip
    await session.execute(text(f"truncate {tables}"))
    await session.execute(text("alter table case_history enable trigger case_history_append_only"))
    await session.commit()
