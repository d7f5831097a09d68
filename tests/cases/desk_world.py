"""The desk of the small district: its gazetteer, its words, and somebody who takes calls."""

from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.imports import run_import
from backend.core.clock import uuid7
from tests.admin.files import write
from tests.make import HERE, MANHOLE, RUBBISH, Sender

NAME, PHONE = "欧阳娜娜", "13873112345"


async def make_gazetteer(session: AsyncSession, folder: Path) -> None:
    """The gazetteer of tests/admin/files.py, and words for the classes of tests/make.py."""
    assert (await run_import(session, "gazetteer", write(folder, "gazetteer"))).refused == []
    await session.execute(
        text("insert into class_word values (:rubbish, '垃圾', 3), (:manhole, '井盖', 3)"),
        {"rubbish": RUBBISH, "manhole": MANHOLE},
    )
    await session.commit()


def desk_report(**changes: Any) -> dict[str, Any]:
    """A call to 12345 about rubbish at HERE, with who called."""
    return {
        "id": str(uuid7()),
        "source": "hotline_12345",
        "external_number": "12345-0001",
        "text": f"来电人：{NAME} 电话：{PHONE} 内容：垃圾成堆",
        "description": "垃圾成堆没人清",
        "category": RUBBISH,
        "condition": None,
        "location": {"lon": HERE.lon, "lat": HERE.lat},
        "place_text": "东风大道旁",
        "complainant": {"name": NAME, "phone": PHONE, "note": "晚上不要打电话"},
        **changes,
    }


async def send(sender: Sender, body: dict[str, Any]) -> httpx.Response:
    return await sender.client.post("/api/v1/desk/reports", json=body)


async def taken_in(sender: Sender, **changes: Any) -> dict[str, Any]:
    """A case of the desk; its answer."""
    answer = await send(sender, desk_report(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
