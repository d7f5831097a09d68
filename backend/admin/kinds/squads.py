"""squads: territorial (属地), direct (直属) and the fallback."""

from typing import Literal

from pydantic import model_validator

from backend.admin.fields import FreeCode, Name, Row, StreetCode
from backend.admin.kind import Kind, missing, upsert


class SquadRow(Row):
    code: FreeCode
    name: Name
    name_en: Name
    kind: Literal["territorial", "direct", "fallback"]
    street: StreetCode | None = None
    line: Name | None = None
    phone: Name | None = None

    @model_validator(mode="after")
    def territory_has_a_street(self) -> "SquadRow":
        if self.kind == "territorial" and self.street is None:
            raise ValueError("a territorial squad needs its street")
        return self


KIND = Kind(
    name="squads",
    row=SquadRow,
    key=("code",),
    columns={
        "code": "text",
        "name": "text",
        "name_en": "text",
        "kind": "text",
        "street": "text",
        "line": "text",
        "phone": "text",
    },
    checks=(missing("street", "street", "street"),),
    load=(
        upsert(
            "squad",
            {"code": "r.code"},
            {
                "name": "r.name",
                "name_en": "r.name_en",
                "kind": "r.kind",
                "street_code": "r.street",
                "line": "r.line",
                "phone": "r.phone",
            },
        ),
    ),
    after=(
        "select 1, 'code', format('the district''s fallback squad %s is not among the squads', d.fallback_squad)"
        " from district d where not exists (select from squad s where s.code = d.fallback_squad)",
    ),
)
