"""Creating a report: PUT /api/v1/reports/{id} with two photos announced, routed over 95,000 cells,
in a database that holds 100,000 cases already."""

from collections.abc import Sequence
from statistics import mean

from ops.bench.floor import floor_script, one_transaction
from ops.bench.load import Load, pgbench, wrk
from ops.bench.place import Box
from ops.bench.results import Figures
from ops.bench.statements import Logged, logged_during
from ops.bench.world import World
from ops.say import Stop, step

PHONES = 2000
COUNTED = 20
ROUNDS = 3


def measure(world: World, schema: str, address: str, seconds: int) -> Figures:
    """Statements of one creation, then server and floor by turns (a machine's mood hits both), then 32 connections."""
    box = Box.inside(world, schema)
    with step("Creation: warm up"):
        load(world, address, box, connections=8, seconds=3)
    with step(f"Creation: what PostgreSQL is told for {COUNTED}") as now:
        log = logged_creations(world, address, box)
        statements = sum(not one.is_frame for one in log) / COUNTED
        commits = sum(one.word == "COMMIT" for one in log) / COUNTED
        now.note = f"{statements:g} statements and {commits:g} commits each"
    server: list[Load] = []
    floor: list[float] = []
    for turn in range(1, ROUNDS + 1):
        with step(f"Creation: 8 connections, turn {turn} of {ROUNDS}") as now:
            server.append(load(world, address, box, connections=8, seconds=seconds))
            floor.append(_floor(world, schema, one_transaction(log), box, seconds, turn))
            now.note = f"{server[-1].per_second:.0f}/s by the server, {floor[-1]:.0f}/s by pgbench"
    with step("Creation: 32 connections") as now:
        crowd = load(world, address, box, connections=32, seconds=seconds)
        now.note = f"{crowd.per_second:.0f}/s, p95 {crowd.p95_ms:.0f} ms"
    rate, floor_rate = mean(one.per_second for one in server), mean(floor)
    return {
        "create_rps_c8": rate,
        "create_p95_ms_c8": mean(one.p95_ms for one in server),
        "create_rps_c32": crowd.per_second,
        "create_p95_ms_c32": crowd.p95_ms,
        "create_statements": statements,
        "create_commits": commits,
        "create_floor_rps": floor_rate,
        "create_floor_ratio": rate / floor_rate,
        "create_server_cpu_ms": mean(one.server_cpu_ms for one in server),
        "create_database_cpu_ms": mean(one.database_cpu_ms for one in server),
    }


def load(world: World, address: str, box: Box, *, connections: int, seconds: int, **told: str) -> Load:
    """Phones that create reports in `box` as fast as the server answers."""
    told |= {"BENCH_PHONES": str(PHONES), **box.as_text()}
    return wrk(world, "create.lua", address, connections=connections, seconds=seconds, **told)


def logged_creations(world: World, address: str, box: Box) -> list[Logged]:
    """What PostgreSQL was told for COUNTED creations, one after the other. wrk stops by the clock: a machine that is
    too busy gets more of it."""
    for seconds in (1, 5, 25):
        seen: list[Load] = []

        def create(seconds: int = seconds, seen: list[Load] = seen) -> None:
            told = {"BENCH_REQUESTS": str(COUNTED)}
            seen.append(load(world, address, box, connections=1, seconds=seconds, **told))

        log = logged_during(world, create)
        if seen[0].answered == COUNTED:
            return log
    raise Stop(f"This machine is too busy: it does not create {COUNTED} reports in 25 s.")


def _floor(world: World, schema: str, transaction: Sequence[Logged], box: Box, seconds: int, turn: int) -> float:
    script = floor_script(transaction, box)
    counts = {"count": 100_000_000 + turn * 10_000_000, "phones": PHONES}
    return pgbench(world, script, schema, mode="simple", connections=8, seconds=seconds, **counts)
