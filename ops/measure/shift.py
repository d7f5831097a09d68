"""A shift of 60 reports with 3 photos each, made without signal, sent over a slow line that loses its connections."""

import argparse
import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import asyncpg
from playwright.async_api import Page, expect

from ops.measure import seed
from ops.measure.figures import Figures, Target, report
from ops.measure.link import linked
from ops.measure.place import chromium, measured, phone, served, sign_in
from ops.say import Stop, step
from tests.e2e.stack import Stack

KBITS, ROUND_TRIP_MS, CUT_SHARE = 700.0, 300.0, 0.1
PHOTO_BYTES = 350_000
LONGEST_S = 3_600.0
TARGETS = (
    Target("reports_missing", "reports not whole at the server", "≤", 0),
    Target("reports_doubled", "reports or photos more than were made", "≤", 0),
    Target("photos_differ", "photos whose bytes at the server are not those of the phone", "≤", 0),
    Target("wasted_share", "bytes sent beyond those of the photos, of the photos' bytes", "≤", 0.3),
    Target("cut_share", "requests that were cut off, of all"),
    Target("requests", "requests"),
    Target("sent_mb", "MB sent by the phone"),
    Target("photos_mb", "MB of photos"),
    Target("seconds", "s from signal to the last receipt"),
)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.measure shift", description=__doc__)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--photos", type=int, default=3, help="photos of each report (default 3)")
    parser.add_argument(
        "--speed",
        type=float,
        default=10.0,
        help=f"times {KBITS:.0f} kbit/s, and the delay divided by it, so that it ends sooner (default 10; 1: as it is)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the cuts")
    wish = parser.parse_args(words)
    return measured(lambda: _measure(wish))


async def _measure(wish: argparse.Namespace) -> int:
    count = wish.reports * wish.photos
    whole = seed.picture(PHOTO_BYTES)
    module = seed.bundle()
    async with served() as stack, linked(stack.port, wish.seed) as link, chromium() as browser:
        context = await phone(browser, link.address)
        await seed.offer(context, module, whole)
        page = await context.new_page()
        await sign_in(page, "inspector1")
        await page.goto("/account")
        person = await page.evaluate("async () => (await (await fetch('/api/v1/session')).json()).person.id")
        before = await stack.ask("select count(*) from report")
        with step("The shift, without signal") as now:
            await seed.fill(page, wish.reports, wish.photos, person, now.at)
            unsent = await page.evaluate(seed.UNSENT)
            if unsent != wish.reports:
                raise Stop(f"The phone holds {unsent} reports, not {wish.reports}.")
        link.become(KBITS * wish.speed, ROUND_TRIP_MS / wish.speed, CUT_SHARE)
        link.count_anew()
        with step(f"Sending over {KBITS * wish.speed:.0f} kbit/s, {CUT_SHARE:.0%} of requests cut") as now:
            began = time.monotonic()
            await context.set_offline(False)
            await _until_sent(page, now.at)
            seconds = time.monotonic() - began
            now.note = f"{link.requests} requests, {link.cuts} cut"
        figures: Figures = {
            "seconds": seconds,
            "requests": link.requests,
            "cut_share": link.cuts / max(1, link.requests),
            "sent_mb": link.sent / 1e6,
            "photos_mb": count * len(whole) / 1e6,
            "wasted_share": link.sent / (count * len(whole)) - 1,
        }
        link.become(None)
        await expect(page.locator(".unsent-badge")).to_have_count(0)
        figures |= await _at_the_server(stack, person, before, wish.reports, seed.hashes(whole, count))
        await context.close()
    about = {"speed": wish.speed, "kbits": KBITS, "round_trip_ms": ROUND_TRIP_MS, "seed": wish.seed}
    return report("shift", figures, TARGETS, about | {"reports": wish.reports, "photos": wish.photos})


async def _until_sent(page: Page, said: Callable[[str], None]) -> None:
    until = time.monotonic() + LONGEST_S
    while left := await page.evaluate(seed.UNSENT):
        said(f"{left} reports left")
        if time.monotonic() > until:
            raise Stop(f"{left} reports are still on the phone after {LONGEST_S:.0f} s.")
        await asyncio.sleep(1)


async def _at_the_server(stack: Stack, person: str, before: int, reports: int, wanted: set[str]) -> Figures:
    """What the database and the photos' folder say, by nobody's bookkeeping but theirs."""
    connection = await asyncpg.connect(stack.cluster.url, server_settings={"search_path": "d430112,public"})
    try:
        rows = await connection.fetch(
            "select p.store_key, p.slot, p.sha256 from photo p join report r on r.id = p.intake_id"
            " where r.captured_by = $1 and r.state = 'complete' and p.sha256 = any($2)",
            person,
            sorted(wanted),
        )
        made = await connection.fetchval("select count(*) from report") - before
        whole = await connection.fetchval(
            "select count(*) from report r where r.captured_by = $1 and r.state = 'complete' and exists"
            " (select 1 from photo p where p.intake_id = r.id and p.sha256 = any($2))",
            person,
            sorted(wanted),
        )
        cases = await connection.fetchval(
            "select count(*) from case_report c join report r on r.id = c.report_id where r.captured_by = $1"
            " and exists (select 1 from photo p where p.intake_id = r.id and p.sha256 = any($2))",
            person,
            sorted(wanted),
        )
    finally:
        await connection.close()
    stored = [row for row in rows if row["slot"] in ("stored", "derived") and row["store_key"]]
    real = list(_hashes(stack.home / "photos" / row["store_key"] for row in stored))
    return {
        "reports_missing": reports - whole,
        "reports_doubled": max(0, made - reports) + max(0, cases - reports) + len(real) - len(set(real)),
        "photos_differ": len(wanted - set(real)),
    }


def _hashes(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        yield hashlib.sha256(path.read_bytes()).hexdigest()
