"""Counts losses, doubles and lies from the database and the store alone: plain SQL and hashes, none of our code."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import asyncpg

Read = Callable[[str], bytes | None]
"""The bytes under a key of the store, None when there are none."""


@dataclass
class Promise:
    """What a phone called saved: exact bytes of the payload and the hash of each photo, frozen at Send.

    `confirmed`: the phone believes that all of it has arrived. `device` or `person` made it. `held`: the server may
    keep it for repair instead of as a case.
    """

    id: str
    payload: bytes
    photos: dict[str, str]
    device: str | None
    person: str | None = None
    confirmed: bool = False
    held: bool = False

    @property
    def sha256(self) -> str:
        return sha256(self.payload).hexdigest()


@dataclass
class Count:
    """How many of so many reports were lost, doubled or falsely confirmed; photo rows without their bytes."""

    runs: int = 0
    reports: int = 0
    lost: int = 0
    doubled: int = 0
    false_ack: int = 0
    dangling: int = 0
    words: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        for name in ("runs", "reports", "lost", "doubled", "false_ack", "dangling"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.words += other.words

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.false_ack or self.dangling)


async def audit(url: str, schema: str, read: Read, promises: Iterable[Promise], *, all_arrived: bool = True) -> Count:
    """Compare `promises` with what is there. `all_arrived`: faults are over and the phones had their time (I1);
    otherwise only what was confirmed must be there (I3), and nothing may be double or dangling (I2, I4)."""
    connection = await asyncpg.connect(url, server_settings={"search_path": f"{schema},public"})
    try:
        count = Count(runs=1)
        await _dangling(connection, read, count)
        for promise in promises:
            count.reports += 1
            await _one(connection, read, promise, count, all_arrived)
        return count
    finally:
        await connection.close()


async def _one(db: Any, read: Read, promise: Promise, count: Count, all_arrived: bool) -> None:
    """One report. I1 no loss, I2 no duplicate, I3 no false acknowledgement, I6 owner, I7 frozen."""
    wrong = await _missing(db, read, promise)
    if wrong and promise.confirmed:
        count.false_ack += 1
        count.words.append(f"{promise.id} was confirmed, but {wrong}")
    if wrong and (all_arrived or promise.confirmed):
        count.lost += 1
        count.words.append(f"{promise.id}: {wrong}")
    twice = await _doubled(db, promise)
    if twice:
        count.doubled += 1
        count.words.append(f"{promise.id}: {twice}")


async def _missing(db: Any, read: Read, promise: Promise) -> str | None:
    report = await db.fetchrow(
        "select state, payload, payload_sha256, device_id, captured_by from report where id = $1", promise.id
    )
    if report is None:
        return "there is no such report"
    if report["payload"] != promise.payload or report["payload_sha256"] != promise.sha256:
        return "its payload is not the one that was frozen at Send"
    who = (str(report["captured_by"]) if report["captured_by"] else None, str(report["device_id"]))
    if who[0] != promise.person or (promise.person is None and promise.device and who[1] != promise.device):
        return f"it was sent as {who}"
    if report["state"] != ("held" if promise.held else "complete"):
        return f"it is {report['state']}"
    for photo_id, digest in promise.photos.items():
        row = await db.fetchrow(
            "select slot, sha256, store_key from photo where intake_id = $1 and photo_id = $2", promise.id, photo_id
        )
        if row is None or row["sha256"] != digest or row["slot"] not in ("stored", "derived"):
            return f"its photo {photo_id} is {row['slot'] if row else 'unknown'}"
        body = await asyncio.to_thread(read, row["store_key"])
        if body is None or sha256(body).hexdigest() != digest:
            return f"the bytes of its photo {photo_id} are gone or others"
    return None


async def _doubled(db: Any, promise: Promise) -> str | None:
    photos = await db.fetchval("select count(*) from photo where intake_id = $1", promise.id)
    if photos > len(promise.photos):
        return f"{photos} photo rows for {len(promise.photos)} photos"
    same = await db.fetchval("select count(*) from report where payload = $1", promise.payload)
    if same > 1:
        return f"{same} reports have this payload"
    cases = await db.fetchval("select count(*) from case_report where report_id = $1", promise.id)
    submits = await db.fetchval(
        "select count(*) from case_history where action = 'submit' and data->>'report_id' = $1", promise.id
    )
    if cases > 1 or submits > 1:
        return f"{cases} cases and {submits} submissions came of it"
    filed = await db.fetchval(
        "select count(*) from case_history h join case_report c using (case_id)"
        " where c.report_id = $1 and h.action = 'file'",
        promise.id,
    )
    if filed > 1:
        return f"its case was filed {filed} times"
    jobs = await db.fetchval(
        "select coalesce(max(n), 0) from (select count(*) n from pgqueuer where entrypoint = 'photo.derive'"
        " and convert_from(payload, 'utf8')::jsonb->>'intake' = $1 group by payload) per_photo",
        promise.id,
    )
    return f"{jobs} jobs for one photo" if jobs > 1 else None


async def _dangling(db: Any, read: Read, count: Count) -> None:
    """I4: every photo row that says stored has its object, with the right hash. All rows, whosever they are."""
    rows = await db.fetch(
        "select photo_id, sha256, store_key from photo where slot in ('stored', 'derived', 'unreadable')"
    )
    for row in rows:
        body = await asyncio.to_thread(read, row["store_key"])
        if body is None or sha256(body).hexdigest() != row["sha256"]:
            count.dangling += 1
            count.words.append(f"photo {row['photo_id']} says stored, and its object is missing or another")


async def unheard_of(url: str, schema: str, device: str, known: Iterable[str]) -> list[str]:
    """Reports of a device that it never made: whatever came of repeats under other ids."""
    connection = await asyncpg.connect(url, server_settings={"search_path": f"{schema},public"})
    try:
        rows = await connection.fetch(
            "select id from report where device_id = $1 and id <> all($2::uuid[])", device, list(known)
        )
        return [str(row["id"]) for row in rows]
    finally:
        await connection.close()
