"""consent: the notice before the first report, section by section, in both languages."""

from typing import Literal

from pydantic import Field

from backend.admin.fields import Day, LongText, Name, Row
from backend.admin.kind import Kind, differs, upsert


class ConsentRow(Row):
    version: Name
    valid_from: Day
    lang: Literal["zh", "en"]
    sort: int = Field(ge=0, le=1000)
    title: Name
    body: LongText


KIND = Kind(
    name="consent",
    row=ConsentRow,
    key=("version", "lang", "sort"),
    columns={
        "version": "text",
        "valid_from": "date",
        "lang": "text",
        "sort": "integer",
        "title": "text",
        "body": "text",
    },
    checks=(differs("r.version", ("valid_from",)),),
    load=(
        upsert(
            "consent_text",
            {"version": "r.version", "lang": "r.lang", "sort": "r.sort"},
            {"valid_from": "r.valid_from", "title": "r.title", "body": "r.body"},
        ),
    ),
    after=(
        """
        select min(r.row_line), 'lang', format('version %s has no text in %s', r.version, l.lang)
        from import_row r cross join (values ('zh'), ('en')) l (lang)
        where not exists (select from consent_text t where t.version = r.version and t.lang = l.lang)
        group by r.version, l.lang
        """,
    ),
)
