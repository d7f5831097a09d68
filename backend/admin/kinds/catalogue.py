"""catalogue: a row per filing condition; the fields of its class and version are repeated and must agree."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from backend.admin.fields import ClassCode, Day, LongText, Name, Row, YesNo, code
from backend.admin.kind import Kind, differs, upsert
from backend.catalogue.schemas import LimitUnit

ConditionCode = Annotated[str, AfterValidator(code(r"[0-9A-Za-z]{1,8}", "letters and digits are expected, such as 01"))]
Icon = Annotated[str, AfterValidator(code(r"[a-z0-9-]{1,60}", "the name of a drawing: small letters, digits and -"))]


class CatalogueRow(Row):
    version: Name
    valid_from: Day
    kind: Literal["E", "C"]
    code: ClassCode
    group_name: Name
    name: Name
    name_en: Name
    icon: Icon
    question: Name | None = None
    question_en: Name | None = None
    collect_requirement: LongText = ""
    condition: ConditionCode
    condition_text: LongText
    condition_text_en: LongText
    condition_icon: Icon
    limit_amount: int = Field(ge=1, le=1000)
    limit_unit: LimitUnit
    closing: LongText
    is_default: YesNo
    sort: int = Field(ge=0, le=1_000_000)

    @model_validator(mode="after")
    def agrees_with_itself(self) -> "CatalogueRow":
        if self.code[0] != self.kind:
            raise ValueError(f"the class code {self.code} does not begin with its kind {self.kind}")
        if re.fullmatch("0+", self.condition):
            raise ValueError(f"{self.condition} is reserved for the answer 不知道")
        if (self.question is None) != (self.question_en is None):
            raise ValueError("question and question_en come together")
        return self


OF_CLASS = ("group_name", "name", "name_en", "icon", "question", "question_en", "collect_requirement")
CLASS_KEY = "(r.version, r.code)"

KIND = Kind(
    name="catalogue",
    row=CatalogueRow,
    key=("version", "code", "condition"),
    columns={
        **dict.fromkeys(("version", "kind", "code", *OF_CLASS), "text"),
        "valid_from": "date",
        "condition": "text",
        "condition_text": "text",
        "condition_text_en": "text",
        "condition_icon": "text",
        "limit_amount": "integer",
        "limit_unit": "text",
        "closing": "text",
        "is_default": "boolean",
        "sort": "integer",
    },
    checks=(
        differs("r.version", ("valid_from",)),
        differs(CLASS_KEY, OF_CLASS),
    ),
    load=(
        upsert("catalogue_version", {"version": "r.version"}, {"valid_from": "r.valid_from"}),
        upsert(
            "category_class",
            {"version": "r.version", "code": "r.code"},
            {
                "kind": "r.kind",
                "group_name": "r.group_name",
                "name": "r.name",
                "name_en": "r.name_en",
                "icon": "r.icon",
                "question": "r.question",
                "question_en": "r.question_en",
                "requirement": "r.collect_requirement",
                "sort": "(select min(s.sort) from import_row s where (s.version, s.code) = (r.version, r.code))",
            },
        ),
        upsert(
            "filing_condition",
            {"version": "r.version", "class_code": "r.code", "code": "r.condition"},
            {
                "text": "r.condition_text",
                "text_en": "r.condition_text_en",
                "icon": "r.condition_icon",
                "limit_amount": "r.limit_amount",
                "limit_unit": "r.limit_unit",
                "closing": "r.closing",
                "is_default": "r.is_default",
                "sort": "r.sort",
            },
        ),
    ),
    # After loading, because conditions that the file does not name stay.
    after=(
        """
        select min(r.row_line), 'is_default',
               format('class %s has %s default conditions in version %s, not one', r.code, d.defaults, r.version)
        from import_row r
        join (select version, class_code, count(*) filter (where is_default) as defaults
              from filing_condition group by version, class_code) d
          on d.version = r.version and d.class_code = r.code
        where d.defaults <> 1 group by r.code, r.version, d.defaults
        """,
    ),
)
