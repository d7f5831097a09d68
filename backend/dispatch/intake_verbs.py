"""What the intake, whoever verifies, and the reporter do: verify (核实), file, refuse, clarify, amend."""

from typing import Any

from backend.cases.filing import file_case
from backend.cases.sources import check_verified
from backend.dispatch.applying import Applying, data_of, distance
from backend.dispatch.schemas import AmendData, ClarifyData, FileData, RefuseData, VerifyFalseData
from backend.territory.district import district_facts

CANNOT_FIND, NOT_SOLVED = "check_cannot_find", "not_solved"
SECOND_LOOK_DISAGREES = "second_look_disagrees"
VERIFIED, NOT_VERIFIED = "verified", "not_verified"


async def file(applying: Applying) -> None:
    """立案: class, condition and place as the operator decides; history has two rows, written by filing."""
    data = data_of(FileData, applying.payload)
    case = applying.case
    day = (await district_facts(applying.session)).local_day(applying.at)
    await check_verified(applying.session, case.source, case.flags, applying.payload.reason, day)
    chosen = data.category or case.class_code
    # Another class leaves the reporter's answer to the old class's question without meaning.
    answered = case.condition_code if data.category in (None, case.class_code) else None
    await file_case(
        applying.session, case, applying.actor, applying.at,
        class_code=chosen, condition_code=data.condition or answered, place=data.location,
        note=applying.payload.note or applying.payload.reason, move_id=applying.move_id,
    )  # fmt: skip


async def refuse(applying: Applying) -> dict[str, Any]:
    data = data_of(RefuseData, applying.payload)
    applying.case.refuse_reason = applying.payload.reason.strip()
    applying.case.refuse_responsible = data.responsible
    return {"responsible": data.responsible}


async def verify(applying: Applying) -> dict[str, Any]:
    applying.case.flags = [flag for flag in applying.case.flags if flag not in (VERIFIED, NOT_VERIFIED)]
    return {}


async def verify_true(applying: Applying) -> dict[str, Any]:
    applying.case.flags = [*applying.case.flags, VERIFIED]
    return await distance(applying)


async def verify_false(applying: Applying) -> dict[str, Any]:
    data = data_of(VerifyFalseData, applying.payload)
    applying.case.flags = [*applying.case.flags, NOT_VERIFIED]
    return {"result": data.result, **await distance(applying)}


async def clarify(applying: Applying) -> dict[str, Any]:
    data = data_of(ClarifyData, applying.payload)
    case = applying.case
    case.flags = [flag for flag in case.flags if flag not in (CANNOT_FIND, NOT_SOLVED, SECOND_LOOK_DISAGREES)]
    if data.location is None:
        return {}
    case.place, case.place_source, case.accuracy_m = data.location.ewkt(), "operator", None
    return {"moved": True}


async def amend(applying: Applying) -> dict[str, Any]:
    data = data_of(AmendData, applying.payload)
    case = applying.case
    if data.description is not None:
        case.description = data.description
    if data.category is not None:
        case.class_code, case.condition_code = data.category, data.condition
    return data.model_dump(exclude_none=True)


async def not_solved(applying: Applying) -> dict[str, Any]:
    applying.case.flags = list(dict.fromkeys([*applying.case.flags, NOT_SOLVED]))
    return {}
