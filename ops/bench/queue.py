"""A squad's queue: the first fifty of 100,000 open cases."""

import http.client
import json
from urllib.parse import urlsplit

from ops.bench.load import wrk
from ops.bench.results import Figures
from ops.bench.statements import logged_during
from ops.bench.world import World
from ops.say import Stop, step

CASES = 100_000
PAGE = 50
SESSION = "member"


def measure(world: World, address: str, seconds: int) -> Figures:
    """Statements of one page, then 8 connections that ask for it again and again."""
    with step("Queue: warm up"):
        size = _page(address)
        wrk(world, "queue.lua", address, connections=8, seconds=2, BENCH_SESSION=SESSION)
    with step("Queue: what PostgreSQL is told for one page") as now:
        log = [one for one in logged_during(world, lambda: _page(address)) if not one.is_frame]
        now.note = f"{len(log)} statements, {size / 1000:.0f} kB of JSON"
    with step("Queue: 8 connections") as now:
        load = wrk(world, "queue.lua", address, connections=8, seconds=seconds, BENCH_SESSION=SESSION)
        now.note = f"{load.per_second:.0f}/s, p95 {load.p95_ms:.0f} ms"
    return {
        "queue_rps_c8": load.per_second,
        "queue_p50_ms": load.p50_ms,
        "queue_p95_ms": load.p95_ms,
        "queue_statements": len(log),
        "queue_server_cpu_ms": load.server_cpu_ms,
        "queue_database_cpu_ms": load.database_cpu_ms,
    }


def _page(address: str) -> int:
    """Ask once; the size of the answer in bytes. Raises Stop unless it is a full page with another behind it."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("GET", f"/api/v1/queue?limit={PAGE}", headers={"Cookie": f"xuncheng_session={SESSION}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    page = json.loads(body) if answer.status == 200 else {}
    if len(page.get("items", ())) != PAGE or not page["next"]:
        raise Stop(f"The queue does not answer with a full page: {answer.status} {body[:300]!r}")
    return len(body)
