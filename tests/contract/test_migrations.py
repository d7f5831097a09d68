"""A database of the first issue, with cases in every state that it knew, is carried into the larger table."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
from alembic import command

from backend.core.migrate import alembic_config
from ops.cluster import Cluster

SCHEMA = "d990199"
ZONE = ZoneInfo("Asia/Shanghai")
FILED = datetime(2026, 11, 24, 10, tzinfo=ZONE)
DUE = datetime(2026, 11, 24, 16, tzinfo=ZONE)
"""Four working hours from ten: noon lies between."""

CASES = {
    "submitted": {},
    "refused": {},
    "withdrawn": {},
    "dispatched": {"filed": FILED},
    "accepted": {"filed": FILED},
    "responded": {"filed": FILED, "responded": FILED + timedelta(hours=1)},
    "closed": {"filed": FILED, "responded": DUE + timedelta(minutes=1), "closed": DUE + timedelta(hours=1)},
}


async def _run(url: str, work: Any) -> Any:
    connection = await asyncpg.connect(url, server_settings={"search_path": f"{SCHEMA}, public"})
    try:
        return await work(connection)
    finally:
        await connection.close()


async def _fill(connection: Any) -> None:
    await connection.execute(
        "insert into district (code, name, name_en, fallback_squad, time_zone, work_hours, metric_srid, outline,"
        " valid_from) values ('990199', '旧区', 'Old', 'Z', 'Asia/Shanghai', '08:00-12:00,14:00-18:00', 4547,"
        " ST_SetSRID(ST_MakeEnvelope(112, 28, 113, 29), 4326), '2026-01-01')"
    )
    for nth, (state, times) in enumerate(CASES.items()):
        filed = times.get("filed")
        await connection.execute(
            "insert into cases (id, rev, description, number, state, source, squad_code, limit_amount, limit_unit,"
            " submitted_at, filed_at, due_at, responded_at, closed_at, updated_at)"
            " values (gen_random_uuid(), 1, '', $1, $2, 'inspector', 'Z', $3, $4, $5, $6, $7, $8, $9, $5)",
            f"20261124-{nth:05}" if filed else None,
            state,
            4 if filed else None,
            "work_hour" if filed else None,
            FILED,
            filed,
            DUE if filed else None,
            times.get("responded"),
            times.get("closed"),
        )


async def _read(connection: Any) -> dict[str, Any]:
    rows = await connection.fetch(
        "select c.state, c.due_at, c.first_due_at, c.on_time, c.rev, k.stage, k.used_s, k.allowed_s, k.running_since,"
        " k.due_at as clock_due from cases c left join case_clock k on k.case_id = c.id"
    )
    return {row["state"]: row for row in rows}


def test_cases_of_the_first_issue_keep_what_was_promised_and_get_their_clocks(cluster: Cluster) -> None:
    config = alembic_config(cluster.url, SCHEMA)
    command.upgrade(config, "0005")
    asyncio.run(_run(cluster.url, _fill))
    command.upgrade(config, "head")
    cases = asyncio.run(_run(cluster.url, _read))

    assert set(cases) == set(CASES)
    for state in ("dispatched", "accepted"):
        case = cases[state]
        assert (case["stage"], case["clock_due"], case["first_due_at"]) == ("disposal", DUE, DUE)
        assert (case["used_s"], case["allowed_s"], case["running_since"]) == (0, 4 * 3600, FILED)
    answered = cases["responded"]
    assert (answered["used_s"], answered["running_since"]) == (3600, None), "it had run for one working hour"
    assert cases["closed"]["on_time"] is False and cases["closed"]["stage"] is None
    assert cases["submitted"]["stage"] is None and cases["submitted"]["on_time"] is None
