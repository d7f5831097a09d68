"""Finding the cell of a point: the routing statement on 1,000,000 cells against 10,000."""

from statistics import median

from ops.bench.create import PHONES, load, logged_creations
from ops.bench.floor import place_script
from ops.bench.load import pgbench
from ops.bench.place import Box
from ops.bench.results import Figures
from ops.bench.statements import Logged
from ops.bench.world import SQL, World
from ops.say import step

SMALL, LARGE = "bench_small", "bench_large"
SIDES = {SMALL: 100, LARGE: 1000}  # cells on a side of a square district
ROUNDS = 3


def measure(world: World, port: int, seconds: int) -> Figures:
    """Milliseconds per look-up in both districts by turns: the server's own statement, prepared as it prepares it."""
    for schema, side in SIDES.items():
        with step(f"A district of {side * side:,} cells"):
            world.make_district(schema, side, side)
    with step("Cells: the statement that finds one"):
        statement = _statement(world, port)
    took: dict[str, list[float]] = {SMALL: [], LARGE: []}
    scripts = {schema: place_script([statement], Box.inside(world, schema)) for schema in SIDES}
    for turn in range(1, ROUNDS + 1):
        with step(f"Cells: look-ups, turn {turn} of {ROUNDS}") as now:
            for schema, script in scripts.items():
                rate = pgbench(world, script, schema, mode="prepared", connections=1, seconds=seconds)
                took[schema].append(1000 / rate)
            now.note = f"{took[SMALL][-1]:.2f} ms, {took[LARGE][-1]:.2f} ms"
    small, large = median(took[SMALL]), median(took[LARGE])
    return {"cell_lookup_ms": small, "cell_lookup_growth": large / small}


def _statement(world: World, port: int) -> Logged:
    """The statement with which a creation finds its cell, from the log of a server on the small district."""
    world.psql(SQL / "senders.sql", schema=SMALL, phones=PHONES)
    box = Box.inside(world, SMALL)
    with world.serve(SMALL, port) as address:
        load(world, address, box, connections=8, seconds=1)
        log = logged_creations(world, address, box)
    return next(one for one in reversed(log) if "unit_grid" in one.sql)
