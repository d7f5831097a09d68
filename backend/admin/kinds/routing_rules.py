"""routing_rules: which squad gets a class in an area, with dates and a reason in words."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from backend.admin.fields import Day, FreeCode, Name, Row, code
from backend.admin.kind import Kind, missing, upsert
from backend.admin.kinds.ties import TIES

ClassPrefix = Annotated[str, AfterValidator(code(r"|[EC][0-9]{0,8}", "E, C or the beginning of a class code"))]


class RoutingRuleRow(Row):
    code: FreeCode
    priority: int = Field(ge=-1_000_000, le=1_000_000)
    area_kind: Literal["district", "street", "community", "cells"]
    area: FreeCode | None = None
    class_prefix: ClassPrefix = ""
    squad: FreeCode
    valid_from: Day
    valid_to: Day | None = None
    reason: Name = ""

    @model_validator(mode="after")
    def dates_and_area(self) -> "RoutingRuleRow":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if self.area_kind != "district" and self.area is None:
            raise ValueError(f"a rule for a {self.area_kind} needs the area's code")
        return self


def _area(kind: str, table: str, what: str) -> str:
    return f"""
        select r.row_line, 'area', format('there is no {what} %s', r.area) from import_row r
        where r.area_kind = '{kind}' and r.area is not null
          and not exists (select from {table} t where t.code = r.area)
    """


KIND = Kind(
    name="routing_rules",
    row=RoutingRuleRow,
    key=("code",),
    columns={
        "code": "text",
        "priority": "integer",
        "area_kind": "text",
        "area": "text",
        "class_prefix": "text",
        "squad": "text",
        "valid_from": "date",
        "valid_to": "date",
        "reason": "text",
    },
    checks=(
        missing("squad", "squad", "squad"),
        _area("district", "district", "district"),
        _area("street", "street", "street"),
        _area("community", "community", "community"),
        _area("cells", "duty_grid", "duty grid"),
        "select r.row_line, 'class_prefix', format('no class begins with %s', r.class_prefix) from import_row r"
        " where r.class_prefix <> '' and exists (select from category_class)"
        " and not exists (select from category_class k where starts_with(k.code, r.class_prefix))",
    ),
    load=(
        upsert(
            "routing_rule",
            {"code": "r.code"},
            {
                "priority": "r.priority",
                "area_kind": "r.area_kind",
                "area_code": "coalesce(r.area, '')",
                "class_prefix": "r.class_prefix",
                "squad_code": "r.squad",
                "valid_from": "r.valid_from",
                "valid_to": "r.valid_to",
                "reason": "r.reason",
            },
        ),
    ),
    after=(
        f"""
        select greatest(ra.row_line, rb.row_line), 'priority',
               format('ties with rule %s: same priority, area, class and valid_from',
                      case when rb.row_line is null or ra.row_line > rb.row_line then t.b else t.a end)
        from ({TIES}) t
        left join import_row ra on ra.code = t.a
        left join import_row rb on rb.code = t.b
        where ra.row_line is not null or rb.row_line is not null
        """,
    ),
)
