"""roster: shifts (在岗), leave (请假) and on-call (备勤) of people, with who goes with whom. Times are local."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from backend.admin.fields import Name, Row
from backend.admin.kind import Kind, missing


def _minute(value: Any) -> Any:
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - local; the statement adds the zone
    except (TypeError, ValueError) as error:
        raise ValueError("a local time such as 2026-01-31 07:30 is expected") from error


Minute = Annotated[dt.datetime, BeforeValidator(_minute)]


class RosterRow(Row):
    username: Name
    kind: Literal["shift", "leave", "on_call"]
    starts: Minute
    ends: Minute
    partner: Name | None = None
    note: Name = ""

    @model_validator(mode="after")
    def goes_forward(self) -> "RosterRow":
        if self.ends <= self.starts:
            raise ValueError("it ends before it begins")
        if self.ends - self.starts > dt.timedelta(days=370):
            raise ValueError("longer than a year")
        if self.partner == self.username:
            raise ValueError("nobody goes with himself")
        return self


_ZONE = "(select time_zone from district order by valid_from desc limit 1)"

KIND = Kind(
    name="roster",
    row=RosterRow,
    key=("username", "kind", "starts"),
    columns={
        "username": "text",
        "kind": "text",
        "starts": "timestamp",
        "ends": "timestamp",
        "partner": "text",
        "note": "text",
    },
    checks=(
        missing("username", "person", "person", "username"),
        missing("partner", "person", "person", "username"),
    ),
    load=(
        f"""
        with wanted as (
          select r.row_line, p.id as person_id, r.kind, r.starts at time zone {_ZONE} as starts_at,
            r.ends at time zone {_ZONE} as ends_at, w.id as partner_id, r.note
          from import_row r join person p on p.username = r.username left join person w on w.username = r.partner
        ), changed as (
          update duty_time t set ends_at = n.ends_at, partner_id = n.partner_id, note = n.note from wanted n
          where t.person_id = n.person_id and t.kind = n.kind and t.starts_at = n.starts_at
            and (t.ends_at, t.partner_id, t.note) is distinct from (n.ends_at, n.partner_id, n.note)
          returning n.row_line
        ), added as (
          insert into duty_time (id, person_id, kind, starts_at, ends_at, partner_id, note)
          select gen_random_uuid(), n.person_id, n.kind, n.starts_at, n.ends_at, n.partner_id, n.note from wanted n
          where not exists (select from duty_time t where t.person_id = n.person_id and t.kind = n.kind
                            and t.starts_at = n.starts_at)
          returning person_id, kind, starts_at
        )
        select row_line from changed
        union all
        select n.row_line from wanted n join added a using (person_id, kind, starts_at)
        """,
    ),
)
