"""Where cases come from and what each source asks for: dated rows of the district over what holds without any."""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import DomainError


class UnknownSource(DomainError):
    """There is no such source of cases."""

    status, code = 422, "unknown_source"


class VerifyFirst(DomainError):
    """What this source brings is verified before it is filed; to file it all the same, give the reason."""

    status, code = 422, "verify_first"


@dataclass(frozen=True)
class Source:
    """What a source asks for. `verify_before_filing`: somebody looks whether it is true before it is filed (核实,
    domain.md §1.5). `double_deduction`: a late or bad answer counts twice (domain.md §1.7)."""

    code: str
    name: str
    name_en: str
    needs_external_number: bool = False
    needs_complainant: bool = False
    needs_campaign: bool = False
    verify_before_filing: bool = False
    double_deduction: bool = False


DEFAULTS: dict[str, Source] = {
    source.code: source
    for source in (
        Source("inspector", "巡查发现", "Inspector"),
        Source("citizen", "市民上报", "Citizen"),
        Source("hotline_12345", "12345 热线", "Hotline 12345", needs_external_number=True, verify_before_filing=True),
        Source("hotline_12319", "12319 热线", "Hotline 12319", verify_before_filing=True),
        Source("petition", "信访", "Petition", needs_complainant=True, verify_before_filing=True),
        Source("media", "媒体曝光", "Media", verify_before_filing=True, double_deduction=True),
        Source("city_assigned", "市交办", "Assigned by the city", needs_external_number=True),
        Source("leader", "领导交办", "Assigned by a leader", double_deduction=True),
        Source("campaign", "专项行动", "Campaign", needs_campaign=True),
        Source("city_operation", "城市运行平台", "City operation platform", needs_external_number=True),
    )
}
"""Media, petition and the hotlines are verified first (domain.md §1.5); what leaders assign and media show counts
twice (domain.md §1.7). 12319 is answered at the desk itself in many districts: it brings no number then."""

_RULES = text(
    """
    select distinct on (source) source as code, name, name_en, needs_external_number, needs_complainant,
      needs_campaign, verify_before_filing, double_deduction
    from source_rule where valid_from <= :day order by source, valid_from desc
    """
).bindparams(bindparam("day", type_=DATE))


async def sources(session: AsyncSession, day: dt.date) -> dict[str, Source]:
    """Every source as it holds on the local `day`; the district's own come after those that every district has."""
    rows = (await session.execute(_RULES, {"day": day})).mappings()
    return DEFAULTS | {row["code"]: replace(Source("", "", ""), **row) for row in rows}


async def source_of(session: AsyncSession, code: str, day: dt.date) -> Source:
    """One source on a day. Raises UnknownSource."""
    found = (await sources(session, day)).get(code)
    if found is None:
        raise UnknownSource(source=code)
    return found


async def check_verified(session: AsyncSession, source: str, flags: list[str], reason: str, day: dt.date) -> None:
    """Raise VerifyFirst for a case of a source that is verified before filing, unless it was, or a reason is given."""
    known = (await sources(session, day)).get(source)
    if known is not None and known.verify_before_filing and "verified" not in flags and not reason.strip():
        raise VerifyFirst(source=source)
