"""Load by wrk (requests made in Lua, closed loop: a connection sends again when it was answered) and by pgbench."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ops.bench.world import World
from ops.process import run
from ops.say import Stop

LUA = Path(__file__).parent / "lua"
THREADS = 2


@dataclass(frozen=True)
class Load:
    """What wrk saw: answers with the wanted status per second, latencies in milliseconds; and the processor time in
    milliseconds that one request took of the server's processes and of the database's."""

    answered: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    server_cpu_ms: float
    database_cpu_ms: float


def wrk(world: World, script: str, address: str, *, connections: int, seconds: int, **told: str) -> Load:
    """Run a script of lua/; `told` reaches it as environment. Raises Stop when any answer is not the wanted one."""
    out = world.folder / "wrk.json"
    out.unlink(missing_ok=True)
    env = dict(os.environ) | told | {"BENCH_OUT": str(out), "LUA_PATH": f"{LUA}/?.lua;;"}
    argv = [
        "wrk", "-t", str(min(THREADS, connections)), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s",
        "-s", LUA / script, address,
    ]  # fmt: skip
    log = world.folder / f"wrk-{script}-{connections}.log"
    before = world.processor_ms()
    said = run(argv, log=log, what=f"wrk with {script}", cwd=world.folder, env=env)
    server, database = (now - then for now, then in zip(world.processor_ms(), before, strict=True))
    if not out.exists():
        raise Stop(f"wrk ended without figures (log: {log}):\n{said}")
    seen = json.loads(out.read_text())
    if seen["wrong"] or not seen["answered"]:
        raise Stop(f"{seen['wrong']} of {seen['answered']} answers to {script} were not the wanted ones: {seen}")
    answered = seen["answered"]
    return Load(
        answered=answered,
        per_second=answered / seen["seconds"],
        p50_ms=seen["p50_ms"],
        p95_ms=seen["p95_ms"],
        p99_ms=seen["p99_ms"],
        server_cpu_ms=server / answered,
        database_cpu_ms=database / answered,
    )


def pgbench(
    world: World, script: str, schema: str, *, mode: str, connections: int, seconds: int, **variables: int
) -> float:
    """Transactions per second of a pgbench script under one district's search path."""
    path = world.folder / "pgbench.sql"
    path.write_text(script)
    words = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
    argv = [
        world.tool("pgbench"), "-n", "-M", mode, "-c", str(connections), "-j", str(min(THREADS, connections)),
        "-T", str(seconds), *words, "-f", path,
    ]  # fmt: skip
    env = world.client_env() | {"PGOPTIONS": f"-c search_path={schema},public"}
    said = run(argv, log=world.folder / "pgbench.log", what="pgbench", cwd=world.folder, env=env)
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    failed = re.search(r"number of failed transactions: (\d+)", said)
    if not found or (failed and int(failed[1])) or "aborted" in said:
        raise Stop(f"pgbench failed:\n{said}")
    return float(found[1])
