"""sources: what each source of cases asks for, from a day on; sources without a row keep what every district has."""

from typing import Annotated

from pydantic import AfterValidator

from backend.admin.fields import Day, Name, Row, YesNo, code
from backend.admin.kind import Kind, upsert

SourceCode = Annotated[str, AfterValidator(code(r"[a-z][a-z0-9_]{0,39}", "small letters, digits and _ are expected"))]
RULES = (
    "needs_external_number",
    "needs_complainant",
    "needs_campaign",
    "verify_before_filing",
    "double_deduction",
)


class SourceRow(Row):
    source: SourceCode
    name: Name
    name_en: Name
    needs_external_number: YesNo
    needs_complainant: YesNo
    needs_campaign: YesNo
    verify_before_filing: YesNo
    double_deduction: YesNo
    valid_from: Day


KIND = Kind(
    name="sources",
    row=SourceRow,
    key=("source", "valid_from"),
    columns={
        **dict.fromkeys(("source", "name", "name_en"), "text"),
        **dict.fromkeys(RULES, "boolean"),
        "valid_from": "date",
    },
    load=(
        upsert(
            "source_rule",
            {"source": "r.source", "valid_from": "r.valid_from"},
            {name: f"r.{name}" for name in ("name", "name_en", *RULES)},
        ),
    ),
)
