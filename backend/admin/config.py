"""What an app must know before anything else: which district, which consent text, which limits."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from litestar import Response, Router, get
from litestar.di import NamedDependency
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.key import public_jwk
from backend.core.auth import Caller
from backend.core.geo import GeoPoint
from backend.settings import Settings
from backend.territory.district import district_facts
from backend.territory.route import NoDistrict

DEMO_PASSWORD = "xuncheng-demo"


class TryFirst(BaseModel):
    """A line of accounts.csv: whom to sign in as first, and what to try."""

    username: str
    try_zh: str
    try_en: str


class DemoFacts(BaseModel):
    """Of a demo district: where its demonstrators stand (demo.json), and the accounts to try first (accounts.csv)."""

    position: GeoPoint
    accounts: list[TryFirst]


@cache
def demo_facts(folder: Path) -> DemoFacts:
    """Read once per folder."""
    position = json.loads((folder / "demo.json").read_text())["position"]
    with (folder / "accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["sort"]))
    return DemoFacts.model_validate({"position": position, "accounts": rows})


class DistrictOut(BaseModel):
    code: str
    name: str
    name_en: str


class ConsentSection(BaseModel):
    title: str
    body: str


class ConsentOut(BaseModel):
    """Who collects what, why, how long, how to object; `version` goes into each payload's consent."""

    version: str
    zh: list[ConsentSection]
    en: list[ConsentSection]


class DemoAccount(BaseModel):
    """An account of the demo: exists in demo mode only."""

    username: str
    name: str
    role: str
    squad: str | None
    password: str
    try_zh: str
    try_en: str


class LimitsOut(BaseModel):
    photo_bytes: int
    photos_per_report: int
    payload_bytes: int


class MapOut(BaseModel):
    """`bounds` west, south, east, north in WGS-84 degrees; no base map is needed."""

    center: GeoPoint
    bounds: list[float]
    basemap: str | None = None
    attribution: str | None = None


class RescueKey(BaseModel):
    """The public key (JWK, RFC 7517) to which a phone encrypts what it could not send (docs/adr/0052)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str


class ConfigOut(BaseModel):
    district: DistrictOut
    demo: bool
    demo_position: GeoPoint | None
    demo_accounts: list[DemoAccount]
    consent: ConsentOut
    limits: LimitsOut
    map: MapOut
    rescue_key: RescueKey


_DISTRICT = text(
    """
    select code, name, name_en, ST_XMin(outline) as w, ST_YMin(outline) as s, ST_XMax(outline) as e,
      ST_YMax(outline) as n, ST_X(ST_PointOnSurface(outline)) as lon, ST_Y(ST_PointOnSurface(outline)) as lat
    from district order by valid_from desc limit 1
    """
)
_CONSENT = text(
    """
    select version, lang, title, body from consent_text
    where version = (select version from consent_text where valid_from <= :today order by valid_from desc,
      version desc limit 1) order by lang, sort
    """
)
_ACCOUNTS = text(
    """
    select distinct on (p.username) p.username, p.name, t.role, q.name as squad
    from person p join post t on t.person_id = p.id left join squad q on q.code = t.squad_code
    where p.is_demo and p.active and p.username = any(:names) order by p.username, t.role
    """
)


@get("/config", operation_id="getConfig")
async def get_config(
    session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], settings: NamedDependency[Settings]
) -> Response[ConfigOut]:
    """The app's configuration. Anybody; the demo's accounts only in demo mode."""
    district = (await session.execute(_DISTRICT)).mappings().one_or_none()
    if district is None:
        raise NoDistrict("no district has been imported")
    today = (await district_facts(session)).local_day(caller.now)
    consent: dict[str, Any] = {"version": "", "zh": [], "en": []}
    for row in (await session.execute(_CONSENT, {"today": today})).mappings():
        consent["version"] = row["version"]
        consent.setdefault(row["lang"], []).append({"title": row["title"], "body": row["body"]})
    demo = demo_facts(settings.demo_data) if settings.demo else None
    accounts = []
    if demo is not None:
        names = [one.username for one in demo.accounts]
        rows = {row["username"]: row for row in (await session.execute(_ACCOUNTS, {"names": names})).mappings()}
        accounts = [
            DemoAccount(**rows[one.username], password=DEMO_PASSWORD, try_zh=one.try_zh, try_en=one.try_en)
            for one in demo.accounts
            if one.username in rows
        ]
    answer = ConfigOut(
        district=DistrictOut(code=district["code"], name=district["name"], name_en=district["name_en"]),
        demo=settings.demo,
        demo_position=demo.position if demo else None,
        demo_accounts=accounts,
        consent=ConsentOut.model_validate(consent),
        limits=LimitsOut(
            photo_bytes=settings.limits.photo_bytes,
            photos_per_report=settings.limits.photos_per_report,
            payload_bytes=settings.limits.payload_bytes,
        ),
        map=MapOut(
            center=demo.position if demo else GeoPoint(lon=district["lon"], lat=district["lat"]),
            bounds=[district["w"], district["s"], district["e"], district["n"]],
        ),
        rescue_key=RescueKey.model_validate(public_jwk(settings.secret)),
    )
    return Response(answer, headers={"Cache-Control": "no-cache"})


router = Router("/api/v1", route_handlers=[get_config], tags=["config"])
