"""Every role × state × action, every foreign squad, district and stranger, against the table of moves."""

from itertools import product

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.cases.lifecycle import MOVES, Action, State
from backend.core.roles import DESK_ROLES, SQUAD_ROLES, Role
from tests.make import MANHOLE, Crew, Sender, crew, jpeg, make_world, phone, staff

NEEDS_PHOTO = {action for (_, action), move in MOVES.items() if move.photo}
DATA: dict[Action, dict[str, str]] = {
    Action.DISPATCH: {"squad": "T-B"},
    Action.REQUEST_SUSPENSION: {"until": "2026-12-24"},
    Action.REQUEST_DEFERRAL: {"until": "2026-12-24"},
}
CHECKS = {Action.CHECK_PASS, Action.CHECK_FAIL, Action.CHECK_CANNOT_FIND}
JUDGEMENTS = CHECKS | {Action.VERIFY_TRUE, Action.VERIFY_FALSE}
# Who stands how to the case: its desk, its squad, another squad, inspectors, its reporter, somebody else's phone.
CALLERS = {
    "operator": {Role.OPERATOR},
    "dispatcher": {Role.DISPATCHER},
    "shift_leader": {Role.SHIFT_LEADER},
    "leader": {Role.LEADER},
    "superintendent": {Role.SUPERINTENDENT},
    "admin": {Role.ADMINISTRATOR},
    "own_member": {Role.SQUAD_MEMBER},
    "own_leader": {Role.SQUAD_LEADER},
    "other_squad": set(),
    "inspector": {Role.INSPECTOR},
    "own_squad_inspector": {Role.INSPECTOR, Role.SQUAD_MEMBER},
    "reporter": {Role.REPORTER},
    "stranger": set(),
    "nobody": set(),
}


async def make_callers(app: Litestar, session: AsyncSession, people: Crew) -> dict[str, Sender]:
    both = await staff(app, session, "both", Role.INSPECTOR)
    await session.execute(
        text(
            "insert into post (id, person_id, role, squad_code, valid_from)"
            " values (gen_random_uuid(), :person, 'squad_member', 'T-A', '2026-01-01')"
        ),
        {"person": both.person_id},
    )
    await session.commit()
    nobody = await phone(app)
    nobody.client.headers.pop("Authorization")
    return {
        "operator": people.operator,
        **{
            role.value: await staff(app, session, f"the-{role.value}", role)
            for role in (Role.DISPATCHER, Role.SHIFT_LEADER, Role.LEADER, Role.SUPERINTENDENT)
        },
        "admin": await staff(app, session, "admin", Role.ADMINISTRATOR),
        "own_member": people.squad_a,
        "own_leader": await staff(app, session, "a-lead", Role.SQUAD_LEADER, "T-A"),
        "other_squad": people.squad_b,
        "inspector": people.inspector,
        "own_squad_inspector": both,
        "reporter": people.citizen,
        "stranger": await phone(app),
        "nobody": nobody,
    }


async def bring_to(people: Crew, callers: dict[str, Sender], state: State) -> dict[str, object]:
    """A case of squad T-A in `state`, made by real moves."""
    receipt = await people.citizen.report(category=MANHOLE)
    mine = (await people.citizen.get("mine"))["items"][0]
    assert mine["report_id"] == receipt["id"]

    async def now() -> dict[str, object]:
        return await people.operator.case(mine["case_id"])

    if state is State.REFUSED:
        await people.operator.move(await now(), "refuse", reason="不属于")
    elif state is State.WITHDRAWN:
        await people.citizen.move(await now(), "withdraw")
    elif state is State.VERIFYING:
        await people.operator.move(await now(), "verify")
    elif state is not State.SUBMITTED:
        await people.operator.move(await now(), "file")
        if state is State.DISPATCHING:
            await people.squad_a.move(await now(), "return", reason="不归我们")
        elif state is not State.DISPATCHED:
            await people.squad_a.move(await now(), "accept")
        if state is State.IN_PROGRESS:
            await people.squad_a.move(await now(), "start")
        if state in (State.SUSPENDED, State.DEFERRED):
            what = "suspension" if state is State.SUSPENDED else "deferral"
            await people.squad_a.move(await now(), f"request_{what}", reason="等材料", data={"until": "2026-12-24"})
            await callers["dispatcher"].move(await now(), f"grant_{what}")
        if state in (State.RESPONDED, State.CLOSED):
            await people.squad_a.move(await now(), "respond", jpeg("green"))
        if state is State.CLOSED:
            await people.inspector.move(await now(), "check_pass")
    case = await now()
    assert case["state"] == state
    return case


def expected(state: State, action: Action, caller: str) -> str:
    """What must come of it: "done", or the code of the refusal."""
    if caller == "nobody":
        return "sign_in"
    roles = CALLERS[caller]
    filed = state not in (State.SUBMITTED, State.VERIFYING, State.REFUSED, State.WITHDRAWN)
    seen_by_inspectors = filed or state is State.VERIFYING
    if caller == "other_squad" and filed:
        return "other_squad"
    standing = {
        role
        for role in roles
        if role in DESK_ROLES or role is Role.REPORTER or (seen_by_inspectors if role is Role.INSPECTOR else filed)
    }
    if not standing:
        return "not_found"
    ever = any(known is action and move.roles & standing for (_, known), move in MOVES.items())
    if not ever:
        return "wrong_role"
    move = MOVES.get((state, action))
    if move is None:
        return "illegal_move"
    if not move.roles & standing:
        return "wrong_role"
    if move.answers:
        return "nothing_pending"
    if action is Action.APPEAL:
        return "no_appeal"
    if action in JUDGEMENTS and caller == "own_squad_inspector":
        return "fixer_cannot_judge"
    if action in CHECKS and state is State.CLOSED:
        return "illegal_move"  # nobody was drawn for a second look
    if action in CHECKS and Role.INSPECTOR not in roles:
        return "not_your_task"  # somebody walks there: the desk does not judge it
    return "done"


@pytest.mark.parametrize("state", list(State))
async def test_every_role_and_action_in_this_state(
    app: Litestar, session: AsyncSession, connection: AsyncConnection, state: State
) -> None:
    await make_world(session)
    people = await crew(app, session)
    callers = await make_callers(app, session, people)
    case = await bring_to(people, callers, state)
    wrong = {}
    for caller, action in product(CALLERS, Action):
        untouched = await connection.begin_nested()
        bodies = (jpeg("green"),) if action in NEEDS_PHOTO else ()
        answer = await callers[caller].move(case, action, *bodies, reason="理由", data=DATA.get(action, {}))
        body = answer.json()
        got = "done" if answer.status_code in (200, 201) and body["state"] == "applied" else body["code"]
        if got != expected(state, action, caller):
            wrong[(caller, action)] = (got, expected(state, action, caller))
        if got != "done":
            row = (await connection.execute(text("select state, rev from cases"))).one()
            assert (row.state, row.rev) == (state, case["rev"]), "a refusal changes nothing"
        await untouched.rollback()
    assert not wrong


def test_the_table_names_every_action_for_somebody() -> None:
    assert {action for _, action in MOVES} == set(Action)


def test_only_a_leader_opens_again_what_is_over() -> None:
    for (state, action), move in MOVES.items():
        if state in (State.CLOSED, State.REFUSED, State.WITHDRAWN) and move.to is not state:
            assert action is Action.REOPEN and move.reason, (state, action)
            assert move.roles <= {Role.LEADER, Role.SHIFT_LEADER, Role.ADMINISTRATOR}


def test_whoever_fixes_never_judges_the_fix() -> None:
    for (_, action), move in MOVES.items():
        if action in CHECKS | {Action.FORCE_CLOSE, Action.REOPEN, Action.DISPATCH, Action.GRANT_EXTENSION}:
            assert not move.roles & SQUAD_ROLES, action
