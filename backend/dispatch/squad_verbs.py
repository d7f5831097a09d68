"""What squads do and ask for, and what the dispatcher answers: accept, return, respond, 延期, 挂账, 缓办."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from backend.cases.clocks import extend
from backend.cases.lifecycle import Action
from backend.catalogue.process import ProcessRules, process
from backend.core.errors import DomainError
from backend.dispatch.applying import Applying, BadData, data_of, distance, settle_request
from backend.dispatch.schemas import AssignData, DispatchData, GrantUntilData, ReturnData, UntilData
from backend.territory.district import DistrictFacts, district_facts


class UnknownSquad(DomainError):
    """There is no such squad."""

    status, code = 422, "unknown_squad"


class NotOfTheSquad(DomainError):
    """The person is not of the squad that has the case."""

    status, code = 422, "not_of_the_squad"


class TooLate(DomainError):
    """The limit is up already: more time is asked for before that."""

    status, code = 422, "too_late"


class UsedUp(DomainError):
    """This has been granted as often as the rules allow."""

    status, code = 422, "used_up"


async def dispatch(applying: Applying) -> dict[str, Any]:
    """Give the case to a squad; the routing's reasons stay in history beside the new one."""
    case = applying.case
    data = data_of(DispatchData, applying.payload)
    found = text("select name from squad where code = :code")
    name = (await applying.session.execute(found, {"code": data.squad})).scalar_one_or_none()
    if name is None:
        raise UnknownSquad(squad=data.squad)
    before = {"squad": case.squad_code, "why": case.why}
    if data.squad != case.squad_code:
        case.squad_code = data.squad
        case.why = [f"由派遣员派给{name}" + (f"：{applying.payload.reason}" if applying.payload.reason.strip() else "")]
    _hand_back(applying)
    return {"squad": data.squad, "before": before}


async def accept(applying: Applying) -> dict[str, Any]:
    applying.case.accepted_at = applying.at
    return {}


async def assign(applying: Applying) -> dict[str, Any]:
    """Put a member of the squad in charge; null takes nobody."""
    data = data_of(AssignData, applying.payload)
    if data.person is not None:
        of_squad = text(
            "select exists (select from post where person_id = :person and squad_code = :squad"
            " and valid_from <= :day and (valid_to is null or valid_to >= :day))"
        )
        day = (await district_facts(applying.session)).local_day(applying.at)
        values = {"person": data.person, "squad": applying.case.squad_code, "day": day}
        if not (await applying.session.execute(of_squad, values)).scalar_one():
            raise NotOfTheSquad()
    applying.case.assigned_to = data.person
    return {"person": str(data.person) if data.person else None}


async def give_back(applying: Applying) -> dict[str, Any]:
    """回退: the clock stands; the case waits for the dispatcher."""
    data = data_of(ReturnData, applying.payload)
    applying.case.returns += 1
    _hand_back(applying)
    return {"kind": data.kind, "squad": applying.case.squad_code}


async def respond(applying: Applying) -> dict[str, Any]:
    case = applying.case
    case.responded_at = applying.at
    case.responded_by = applying.actor.person_id
    case.responded_squad = case.squad_code
    case.accepted_at = case.accepted_at or applying.at
    settle_request(case)
    return await distance(applying)


async def request_extension(applying: Applying) -> dict[str, Any]:
    """延期, asked for: only before the limit is up, and only so often (domain.md §1.7)."""
    case, (_, rules) = applying.case, await _today(applying)
    if case.due_at is not None and case.due_at < applying.at:
        raise TooLate(due_at=case.due_at.isoformat())
    if case.extensions >= rules.extensions_max:
        raise UsedUp(most=rules.extensions_max)
    return _ask(applying, {})


async def request_suspension(applying: Applying) -> dict[str, Any]:
    """挂账, asked for until a date."""
    district, rules = await _today(applying)
    if applying.case.suspensions >= rules.suspensions_max:
        raise UsedUp(most=rules.suspensions_max)
    return _ask(applying, {"until": _until(applying, district, rules, data_of(UntilData, applying.payload))})


async def request_deferral(applying: Applying) -> dict[str, Any]:
    """缓办, asked for until a date."""
    district, rules = await _today(applying)
    return _ask(applying, {"until": _until(applying, district, rules, data_of(UntilData, applying.payload))})


async def grant_extension(applying: Applying) -> dict[str, Any]:
    case, (_, rules) = applying.case, await _today(applying)
    before = case.due_at
    gained = await extend(applying.session, case, rules.extension_percent, applying.at)
    case.extensions += 1
    settle_request(case)
    return {
        "gained_s": gained,
        "due_before": before.isoformat() if before else None,
        "due_at": case.due_at.isoformat() if case.due_at else None,
    }


async def grant_rest(applying: Applying) -> dict[str, Any]:
    """Grant a suspension or a deferral: until the date asked for, or another."""
    case, (district, rules) = applying.case, await _today(applying)
    asked = data_of(GrantUntilData, applying.payload)
    wanted = UntilData(until=asked.until) if asked.until else UntilData.model_validate(case.request or {})
    until = _until(applying, district, rules, wanted)
    case.resume_at = datetime.combine(wanted.until, time(), district.zone)
    if applying.payload.action is Action.GRANT_SUSPENSION:
        case.suspensions += 1
    else:
        case.deferrals += 1
    settle_request(case)
    return {"until": until}


async def deny(applying: Applying) -> dict[str, Any]:
    case = applying.case
    denied = case.pending
    if denied == "appeal":
        case.appealed = "denied"
    settle_request(case)
    return {"request": denied}


async def resume(applying: Applying) -> dict[str, Any]:
    applying.case.resume_at = None
    return {}


def _ask(applying: Applying, data: dict[str, Any]) -> dict[str, Any]:
    case, asks = applying.case, applying.move.asks
    assert asks is not None
    case.pending = asks
    case.request = {
        **data,
        "kind": asks,
        "reason": applying.payload.reason.strip(),
        "at": applying.at.isoformat(),
        "squad": case.squad_code,
    }
    return data


def _until(applying: Applying, district: DistrictFacts, rules: ProcessRules, data: UntilData) -> str:
    today = district.local_day(applying.at)
    if not today < data.until <= today + timedelta(days=rules.suspension_days_max):
        raise BadData(f"until: a day after {today}, at most {rules.suspension_days_max} days away")
    return data.until.isoformat()


def _hand_back(applying: Applying) -> None:
    """Whoever gets it next starts from the beginning."""
    case = applying.case
    settle_request(case)
    case.assigned_to = None
    case.accepted_at = None
    case.responded_at = None


async def _today(applying: Applying) -> tuple[DistrictFacts, ProcessRules]:
    district = await district_facts(applying.session)
    return district, (await process(applying.session, district.local_day(applying.at))).rules
