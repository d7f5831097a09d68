"""Other people's real photos, through the front door: where, when and which way up, as the manifest says."""

import csv
import io
from pathlib import Path

import pytest
from litestar import Litestar
from PIL import Image, ImageOps
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.db import Sessions
from tests.conftest import TickingClock
from tests.make import make_world, phone, report_payload, work_off

# Files that end otherwise than the manifest says, and why.
DIFFERS = {
    "mei__Samsung_GT-I9000_Galaxy_S_.jpg": "its position 0,0 is no place",
    "mei__FLIR_Vue_Pro_640.jpg": "its position 0,0 is no place",
    "exiv2__avif_metadata2.avif": "AVIF is not among the formats that we take: refused",
    "mei__Issue_649.avif": "AVIF is not among the formats that we take: refused",
    "pillow__ultrahdr.jpg": "cut off in its collection (48 kB for 1512×2688): unreadable",
}


@pytest.mark.parametrize("folder", ["photos_geo", "photos_oddgps", "photos_orient"])
async def test_every_real_photo_comes_through_as_its_manifest_says(
    app: Litestar, session: AsyncSession, sessions: Sessions, clock: TickingClock, shared: Path, folder: str
) -> None:
    with (shared / "photos_manifest.csv").open(encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file) if row["set"] == folder}
    await make_world(session)
    sender = await phone(app)
    wrong = {}
    for name, row in rows.items():
        body = (shared / folder / name).read_bytes()
        clock.forward(minutes=1)
        payload = report_payload(body, location=None)
        receipt = (await sender.put_report(payload)).json()
        answer = await sender.put_photo(f"reports/{receipt['id']}", payload["photos"][0]["id"], body)
        assert answer.status_code in (201, 415), (name, answer.text)
        await work_off(app, sessions, clock)
        found = await seen(session, receipt["id"])
        if complaint := complain(found, row, await shown(sender.client, receipt["public_ref"]), body):
            wrong[name] = complaint
    assert {name for name in wrong if name not in DIFFERS} == set(), wrong


async def seen(session: AsyncSession, report_id: str) -> dict[str, object]:
    statement = text(
        "select p.slot, p.reason, p.facts, c.place_source from photo p join cases c on c.id = p.case_id"
        " where p.intake_id = cast(cast(:id as text) as uuid)"
    )
    return dict((await session.execute(statement, {"id": report_id})).mappings().one())


async def shown(client, public_ref: str) -> Image.Image | None:  # type: ignore[no-untyped-def]
    photo = (await client.get(f"/api/v1/tracking/{public_ref}")).json()["before"][0]
    if photo["large"] is None:
        return None
    answer = await client.get(photo["large"])
    return Image.open(io.BytesIO(answer.content))


def complain(found: dict[str, object], row: dict[str, str], picture: Image.Image | None, body: bytes) -> str:
    """What is not as the manifest says; empty when all is."""
    facts = found["facts"]
    if picture is None or not isinstance(facts, dict):
        return f"{found['slot']}: {found['reason']}"
    for axis in ("lat", "lon"):
        told = float(row[axis]) if row[axis] else None
        if (told is None) != (facts[axis] is None) or (told is not None and abs(told - facts[axis]) > 1e-5):
            return f"{axis} {facts[axis]} instead of {told}"
    if (found["place_source"] == "exif") != bool(row["lat"]):
        return f"placed by {found['place_source']}"
    if row["taken"] and row["taken"].replace(":", "-", 2).replace(" ", "T")[:19] != str(facts["taken_at"])[:19]:
        return f"taken {facts['taken_at']} instead of {row['taken']}"
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(body)))
    if (upright.width > upright.height) != (picture.width > picture.height) and upright.width != upright.height:
        return f"stands {picture.size}, the original upright is {upright.size}"
    return "metadata survived" if picture.getexif() else ""
