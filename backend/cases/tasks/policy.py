"""Verification that fits the people: walk there, look at the photos, or draw a sample. Rows decide, not code."""

import random
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.sources import sources

Kind = Literal["verify_before_filing", "check_after_disposal"]
Mode = Literal["on_the_spot", "by_photo"]
LOT = random.SystemRandom()

_RULE = text(
    """
    select mode, sample_percent from verification_rule
    where kind = :kind and valid_from <= :day and source in ('', :source)
      and starts_with(coalesce(:class, ''), class_prefix) and confidence in ('', :confidence)
      and record in ('', :record)
    order by length(class_prefix) desc, (source <> '') desc, (confidence <> '')::int + (record <> '')::int desc,
      valid_from desc
    limit 1
    """
)


@dataclass(frozen=True)
class Situation:
    """What a rule looks at. `confidence`: high when the photos' own facts agree with place and time, else low.
    `record`: good or poor, empty for somebody who is not known yet."""

    source: str
    class_code: str | None
    confidence: Literal["high", "low"]
    record: Literal["good", "poor", ""] = ""


async def mode_for(session: AsyncSession, kind: Kind, situation: Situation, day: date) -> Mode:
    """How this one is verified or checked. Without a rule: answers are walked to; reports of citizens are judged by
    their photos, those of hotlines, petitions and media are walked to."""
    values = {
        "kind": kind,
        "day": day,
        "source": situation.source,
        "class": situation.class_code,
        "confidence": situation.confidence,
        "record": situation.record,
    }
    row = (await session.execute(_RULE, values)).one_or_none()
    if row is None:
        known = (await sources(session, day)).get(situation.source)
        walked = kind == "check_after_disposal" or (known is not None and known.verify_before_filing)
        return "on_the_spot" if walked else "by_photo"
    if row.mode == "sample":
        return "on_the_spot" if LOT.random() * 100 < row.sample_percent else "by_photo"
    return "on_the_spot" if row.mode == "on_the_spot" else "by_photo"
