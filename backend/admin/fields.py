"""Types of the fields in import files, each with a refusal in words."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class Row(BaseModel):
    """A row of a file. Empty fields never arrive here, so that a default or "missing" applies."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def code(pattern: str, words: str) -> Callable[[str], str]:
    """A validator: the whole text matches `pattern`, else the refusal says `words`."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(words)
        return value

    return check


def _text(value: Any) -> Any:
    # GeoJSON properties may carry codes as numbers.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _printable(value: str) -> str:
    if any(sign < " " and sign not in "\n\t" for sign in value):
        raise ValueError("control characters are not text")
    return value


def _yes_or_no(value: Any) -> Any:
    if value not in ("0", "1", 0, 1):
        raise ValueError("1 or 0 is expected")
    return bool(int(value))


def _day(value: Any) -> Any:
    # pydantic would read a bare number as seconds since 1970.
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a date such as 2026-01-31 is expected")
    return value


def _codes(value: Any) -> Any:
    return [part.strip() for part in re.split("[;；]", value) if part.strip()] if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(_text), AfterValidator(_printable), Field(max_length=200)]
LongText = Annotated[str, BeforeValidator(_text), AfterValidator(_printable), Field(max_length=4000)]
FreeCode = Annotated[
    str, BeforeValidator(_text), AfterValidator(code(r"[\w.-]{1,40}", "letters, digits, - and . only"))
]
DistrictCode = Annotated[str, BeforeValidator(_text), AfterValidator(code(r"[0-9]{6}", "six digits are expected"))]
StreetCode = Annotated[str, BeforeValidator(_text), AfterValidator(code(r"[0-9]{9}", "nine digits are expected"))]
CommunityCode = Annotated[str, BeforeValidator(_text), AfterValidator(code(r"[0-9]{12}", "twelve digits are expected"))]
CellCode = Annotated[str, BeforeValidator(_text), AfterValidator(code(r"[0-9]{14,18}", "14 to 18 digits are expected"))]
ClassCode = Annotated[str, AfterValidator(code(r"[EC][0-9]{2,8}", "E or C and digits are expected, such as E0104"))]
Codes = Annotated[list[str], BeforeValidator(_codes)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Geometry = Any
"""WKT or a GeoJSON geometry; read for all rows at once by shapes.py."""
