"""Who complained is kept apart: a few read it for a reason that stays, and it is nowhere else."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.roles import POSTS, SQUAD_ROLES, Role
from tests.cases.desk_world import NAME, PHONE, desk_report, send, taken_in
from tests.make import Crew, Sender, crew, jpeg, make_world, staff

READS = {Role.OPERATOR, Role.SHIFT_LEADER, Role.ADMINISTRATOR}
SAYS = f"{NAME}（{PHONE}）说垃圾成堆，回电 138 7311 2345、１３８７３１１２３４５，或 0731-88123456"


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


async def read(sender: Sender, case_id: str, purpose: str = "回访") -> Any:
    return await sender.client.post(f"/api/v1/cases/{case_id}/complainant/read", json={"purpose": purpose})


async def test_neither_name_nor_phone_reaches_anybody_by_another_way(
    app: Litestar, session: AsyncSession, people: Crew
) -> None:
    everybody = [people.operator, people.inspector, people.squad_a, people.squad_b]
    for role in sorted(POSTS - {Role.OPERATOR, Role.INSPECTOR, Role.SQUAD_MEMBER}):
        everybody.append(await staff(app, session, f"one_{role}", role, "T-A" if role in SQUAD_ROLES else None))
    made = await taken_in(people.operator, source="petition", description=SAYS, place_text=f"{NAME}家门口")
    again = await send(people.operator, desk_report(source="petition", description="x"))
    assert again.status_code == 200
    seen = [again.text]
    lists = ("queue", "checks", "inbox", "cases", "mine", "decisions", "held", "sources", "messages")
    case_path = f"cases/{made['case_id']}"
    paths = (*lists, case_path, f"{case_path}/origin", f"tracking/{made['public_ref']}")
    case = await people.operator.case(made["case_id"])
    await people.operator.move(case, "file", reason="已核实")
    for stage in ("filed", "answered"):
        for sender in everybody:
            for path in paths:
                answer = await sender.client.get(f"/api/v1/{path}")
                seen.append(answer.text)
        if stage == "filed":
            case = await people.squad_a.case(made["case_id"])
            assert (await people.squad_a.move(case, "respond", jpeg("green"))).status_code == 201
    assert any("垃圾成堆" in text for text in seen)
    assert not [text for text in seen if NAME in text or PHONE in text or "88123456" in text or "2345、" in text]
    kept = "select concat_ws(' ', r.description, convert_from(r.payload, 'utf8')) from report r"
    assert not [row for row in (await session.execute(text(kept))).scalars() if NAME in row or PHONE in row]


async def test_reading_it_is_logged_with_who_when_and_what_for(people: Crew, session: AsyncSession) -> None:
    made = await taken_in(people.operator)
    answer = await read(people.operator, made["case_id"], "回访来电人")
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["phone"], answer.json()["note"]) == (NAME, PHONE, "晚上不要打电话")
    assert PHONE in answer.json()["text"] and answer.headers["cache-control"] == "no-store"
    await read(people.operator, made["case_id"], "再次回访")
    rows = (await session.execute(text("select person_id, case_id::text, purpose from personal_data_reading"))).all()
    assert [tuple(row) for row in rows] == [
        (people.operator.person_id, made["case_id"], "回访来电人"),
        (people.operator.person_id, made["case_id"], "再次回访"),
    ]


async def test_without_a_purpose_nothing_is_read(people: Crew, session: AsyncSession) -> None:
    made = await taken_in(people.operator)
    for purpose in ("", "   "):
        answer = await read(people.operator, made["case_id"], purpose)
        assert (answer.status_code, answer.json()["code"]) == (422, "purpose_required")
    assert await session.scalar(text("select count(*) from personal_data_reading")) == 0


async def test_only_who_talks_to_complainants_reads_it(app: Litestar, session: AsyncSession, people: Crew) -> None:
    made = await taken_in(people.operator)
    for role in sorted(POSTS - {Role.OPERATOR}):
        squad = "T-A" if role in SQUAD_ROLES else None
        sender = await staff(app, session, f"one_{role}", role, squad)
        answer = await read(sender, made["case_id"])
        assert answer.status_code == (200 if role in READS else 403), role
    assert (await read(people.citizen, made["case_id"])).status_code == 401


async def test_a_case_without_a_complainant_says_so_and_logs_nothing(people: Crew, session: AsyncSession) -> None:
    made = await taken_in(people.operator, source="leader", text="", complainant=None)
    answer = await read(people.operator, made["case_id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_complainant")
    origin = await people.operator.get(f"cases/{made['case_id']}/origin")
    assert (origin["source"], origin["has_complainant"]) == ("leader", False)
    assert await session.scalar(text("select count(*) from personal_data_reading")) == 0


async def test_complainants_follow_their_reports_into_another_case(people: Crew, session: AsyncSession) -> None:
    kept = await taken_in(people.operator)
    other = {"name": "司马光", "phone": "13900001111", "note": ""}
    merged = await taken_in(people.operator, external_number="12345-0002", text="", complainant=other)
    link = text("update case_report set case_id = :into where case_id = :case")
    await session.execute(link, {"into": kept["case_id"], "case": merged["case_id"]})
    await session.commit()
    told = (await read(people.operator, kept["case_id"])).json()
    assert (told["name"], [one["name"] for one in told["more"]]) == (NAME, ["司马光"])
    again = await send(people.operator, desk_report(external_number="12345-0002"))
    assert (again.json()["known"], again.json()["case_id"]) == ("external_number", kept["case_id"])


async def test_a_reading_is_never_taken_back(people: Crew, session: AsyncSession) -> None:
    made = await taken_in(people.operator)
    await read(people.operator, made["case_id"])
    for statement in ("delete from personal_data_reading", "update personal_data_reading set purpose = ''"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with session.begin_nested():
                await session.execute(text(statement))
