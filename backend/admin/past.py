"""The demo's past cases: each report and each move goes through the functions that serve a phone, at its own time."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.cases.completion import complete_report
from backend.cases.intake import receive_report
from backend.core.auth import Caller, Device, Person, Post
from backend.core.clock import uuid7
from backend.core.roles import Role
from backend.dispatch.moves import complete_move, receive_move
from backend.identity.devices import register
from backend.photos.service import Kept, PhotoDesk, fill_slot, slot_of
from backend.settings import Limits
from demo.draw.scenes import draw
from demo.history import PastCase, PastMove, Picture

MIME, WIDTH, HEIGHT = "image/jpeg", 640, 480
UNLIMITED = Limits(reports_per_minute=1_000_000, photo_bytes_per_day=10**15)
EVERY = 60
"""Cases between two lines of progress."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Known:
    """core.auth.Lookups for somebody of the past: nobody had to send a token."""

    who: Person | None
    phone: Device | None

    async def device(self, session: AsyncSession, token_hash: bytes) -> Device | None:
        return self.phone

    async def person(self, session: AsyncSession, token_hash: bytes, now: datetime) -> Person | None:
        return self.who

    def calls(self, session: AsyncSession, now: datetime) -> Caller:
        return Caller(
            session=session,
            lookups=self,
            now=now,
            method="PUT",
            bearer="past" if self.phone else None,
            cookie="past" if self.who else None,
            same_site=True,
            net="demo",
        )


@dataclass
class Replay:
    """Replays a plan on one connection, in its transaction. Photos go to the desk's store, a derivation job each."""

    connection: AsyncConnection
    schema: str
    desk: PhotoDesk
    consent: str
    people: dict[str, Person] = field(default_factory=dict)
    squads: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    phones: dict[int, Device] = field(default_factory=dict)
    pictures: dict[tuple[Any, ...], bytes] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)

    def session(self) -> AsyncSession:
        """A new session for each event, as for each request; the connection's transaction stays open."""
        return AsyncSession(
            self.connection,
            expire_on_commit=False,
            autoflush=False,
            join_transaction_mode="rollback_only",
            info={"schema": self.schema},
        )

    async def run(self, plan: Sequence[PastCase], say: Say) -> None:
        """Replay `plan`: events of all cases in the order of time, so that numbers run as they did."""
        async with self.session() as session:
            await self._read_people(session)
            await self._register_phones(session, plan)
        reports = [uuid7() for _ in plan]
        done = 0
        for at, nth, move in sorted(_events(plan), key=lambda event: event[:2]):
            async with self.session() as session:
                if move is None:
                    await self._report(session, reports[nth], plan[nth])
                    done += 1
                    if done % EVERY == 0:
                        say(f"past cases: {done} of {len(plan)}")
                else:
                    await self._move(session, reports[nth], plan[nth], move, at)
                await session.flush()
        async with self.session() as session:
            # What is past is nobody's news.
            await session.execute(text("delete from pgqueuer where entrypoint = 'message.tell'"))

    async def _read_people(self, session: AsyncSession) -> None:
        statement = text(
            "select p.id, p.username, p.name, t.role, t.squad_code from person p join post t on t.person_id = p.id"
            " where p.is_demo order by p.username, t.role, t.squad_code"
        )
        for row in (await session.execute(statement)).all():
            post = Post(Role(row.role), row.squad_code)
            known = self.people.get(row.username)
            posts = (*known.posts, post) if known else (post,)
            self.people[row.username] = Person(row.id, row.username, row.name, posts)
            if row.squad_code:
                self.squads.setdefault((row.squad_code, row.role), []).append(row.username)

    async def _register_phones(self, session: AsyncSession, plan: Sequence[PastCase]) -> None:
        for past in plan:
            nth = past["device"]
            if nth is None or nth in self.phones:
                continue
            self.phones[nth] = Device(uuid7())
            await register(
                session, self.phones[nth].id, secrets.token_urlsafe(32), None,
                net="demo", now=past["received_at"], per_minute=1_000_000,
            )  # fmt: skip
        await session.flush()

    def _known(self, username: str | None, device: int | None) -> Known:
        return Known(self.people[username] if username else None, None if device is None else self.phones[device])

    async def _report(self, session: AsyncSession, report_id: UUID, past: PastCase) -> None:
        who = self._known(past["username"], past["device"])
        at, done_at = past["received_at"], past["completed_at"]
        photos, bodies = self._manifest(past["photos"], at)
        payload = {
            "schema_version": 1,
            "captured_by": str(who.who.id) if who.who else None,
            "category": past["category"],
            "condition": past["condition"],
            "description": past["description"],
            "location": _place(past, past["accuracy_m"], at, "demo"),
            "captured_at_device": at.isoformat(),
            "clock_offset_ms": 0,
            "consent": self.consent,
            "photos": photos,
        }
        await receive_report(session, who.calls(session, at), report_id, _frozen(payload), None, at, UNLIMITED)
        await self._fill(session, report_id, photos, bodies, done_at)
        await complete_report(session, report_id, done_at)

    async def _move(self, session: AsyncSession, report_id: UUID, past: PastCase, move: PastMove, at: datetime) -> None:
        statement = text(
            "select c.id, c.squad_code, p.username as drawn from cases c join case_report l on l.case_id = c.id"
            " left join case_task t on t.case_id = c.id and t.state = 'open' left join person p on p.id = t.person_id"
            " where l.report_id = :id"
        )
        case = (await session.execute(statement, {"id": report_id})).one()
        username = move["username"]
        if move["role"] == Role.INSPECTOR and move["action"].startswith("check_") and case.drawn:
            username = case.drawn  # who checks is drawn, whatever the plan says
        if move["nth"] is not None:
            members = self.squads[case.squad_code, move["role"]]
            username = members[move["nth"] % len(members)]
        who = self._known(username, move["device"])
        photos, bodies = self._manifest(move["photos"], at)
        on_the_spot = (
            move["role"] in (Role.SQUAD_MEMBER, Role.SQUAD_LEADER, Role.INSPECTOR) and move["action"] != "accept"
        )
        payload = {
            "action": move["action"],
            "base_rev": None,
            "captured_by": str(who.who.id) if who.who else None,
            "note": move["note"],
            "reason": move["reason"],
            "location": _place(past, 12.0, at, "demo", Random(f"{report_id}{at}")) if on_the_spot else None,
            "data": move["data"],
            "photos": photos,
        }
        move_id, caller = uuid7(), who.calls(session, at)
        await receive_move(session, caller, case.id, move_id, _frozen(payload), None, at, UNLIMITED)
        if photos:
            await self._fill(session, move_id, photos, bodies, at)
            await complete_move(session, caller, move_id, at)

    def _manifest(self, pictures: Sequence[Picture], at: datetime) -> tuple[list[dict[str, Any]], list[bytes]]:
        bodies = [self._drawn(picture) for picture in pictures]
        photos = [
            {
                "id": str(uuid7()),
                "seq": seq,
                "sha256": hashlib.sha256(body).hexdigest(),
                "size": len(body),
                "mime": MIME,
                "width": WIDTH,
                "height": HEIGHT,
                "taken_at": at.isoformat(),
            }
            for seq, body in enumerate(bodies, start=1)
        ]
        return photos, bodies

    def _drawn(self, picture: Picture) -> bytes:
        key = (picture["class_code"], picture["icon"], picture["seed"], picture["after"])
        if key not in self.pictures:
            self.pictures[key] = draw(*key)
        return self.pictures[key]

    async def _fill(
        self,
        session: AsyncSession,
        intake_id: UUID,
        photos: Sequence[dict[str, Any]],
        bodies: Sequence[bytes],
        at: datetime,
    ) -> None:
        for photo, body in zip(photos, bodies, strict=True):
            photo_id = UUID(photo["id"])
            if photo["sha256"] not in self.kept:
                slot = await slot_of(session, intake_id, photo_id)
                self.kept[photo["sha256"]] = await self.desk.keep(slot, _once(body), None)
            await fill_slot(session, intake_id, photo_id, self.kept[photo["sha256"]], at)


def _events(plan: Sequence[PastCase]) -> Iterator[tuple[datetime, int, PastMove | None]]:
    """(when, number of the case, move or None for its report). A case's own events never overtake one another."""
    for nth, past in enumerate(plan):
        yield past["received_at"], nth, None
        before = past["completed_at"]
        for move in past["moves"]:
            before = max(before, move["at"])
            yield before, nth, move


def _place(
    past: PastCase, accuracy_m: float, at: datetime, source: str, wander: Random | None = None
) -> dict[str, Any]:
    """A fix at the case, or within about 20 m of it for somebody who came later."""
    lon, lat = past["lon"], past["lat"]
    if wander is not None:
        lon, lat = lon + wander.uniform(-0.0002, 0.0002), lat + wander.uniform(-0.0002, 0.0002)
    return {
        "lon": round(lon, 6),
        "lat": round(lat, 6),
        "accuracy_m": accuracy_m,
        "fix_at": at.isoformat(),
        "source": source,
        "age_s": 1.0,
    }


def _frozen(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


async def _once(body: bytes) -> AsyncIterator[bytes]:
    await asyncio.sleep(0)
    yield body
