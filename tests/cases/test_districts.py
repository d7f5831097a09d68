"""A district is a schema: people, phones and cases of one do not exist in another."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from backend.core.migrate import migrate
from backend.core.roles import Role
from backend.main import create_app
from ops.cluster import Cluster
from tests.cases.test_intake import clear
from tests.conftest import SCHEMA, TickingClock, make_settings
from tests.make import crew, make_world, report_payload, staff


async def test_a_case_of_another_district_does_not_exist_here(
    cluster: Cluster, database_url: str, tmp_path: Path, clock: TickingClock
) -> None:
    await asyncio.to_thread(migrate, cluster.url, "d990102")
    settings = [make_settings(database_url, tmp_path, schema=schema) for schema in (SCHEMA, "d990102")]
    here, there = (create_app(one, clock=clock) for one in settings)
    async with here.lifespan(), there.lifespan():
        try:
            async with here.state.sessions() as session:
                await make_world(session)
                people = await crew(here, session)
            async with there.state.sessions() as session:
                await make_world(session)
                foreigner = await staff(there, session, "operator", Role.OPERATOR)
                assert (await session.execute(text("select count(*) from report"))).scalar_one() == 0
            await people.inspector.report()
            [case] = (await people.squad_a.get("queue"))["items"]
            assert (await foreigner.client.get(f"/api/v1/cases/{case['id']}")).status_code == 404
            assert (await foreigner.move(case, "note", note="x")).status_code == 404
            people.operator.client._transport = foreigner.client._transport
            assert (await people.operator.client.get("/api/v1/inbox")).status_code == 401
            assert (await people.operator.put_report(report_payload())).status_code == 401
        finally:
            for app in (here, there):
                async with app.state.sessions() as session:
                    await clear(session)
